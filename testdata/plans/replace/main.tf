terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
}

# A new name replaces the cluster, and with it everything that runs there.
resource "aws_ecs_cluster" "this" {
  name = "orders-v2"

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

# Nothing changes here; the plan is asked for its replacement.
resource "aws_ecs_cluster" "tools" {
  name = "tools"
  tags = { Team = "platform" }
}

# The protection is no longer written, so the replacement falls back to the API's default.
resource "aws_ecs_capacity_provider" "ec2" {
  name = "orders-ec2-v2"

  auto_scaling_group_provider {
    auto_scaling_group_arn = "arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:8f3c:autoScalingGroupName/orders"

    managed_scaling {
      status = "ENABLED"
    }
  }
}

# From harmless to as bad as it gets.
resource "aws_ecs_task_definition" "agent" {
  family       = "agent"
  network_mode = "host"
  pid_mode     = "host"
  tags         = { Team = "platform" }

  runtime_platform {
    operating_system_family = "LINUX"
  }

  container_definitions = jsonencode([{
    name             = "agent"
    image            = "public.ecr.aws/docker/library/busybox:1.37"
    memory           = 128
    user             = "root"
    privileged       = true
    logConfiguration = { logDriver = "json-file" }
  }])
}

# From bad to harmless, with the new revision made first.
resource "aws_ecs_task_definition" "worker" {
  family                   = "worker"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = 256
  memory                   = 512

  container_definitions = jsonencode([{
    name                   = "worker"
    image                  = "public.ecr.aws/docker/library/busybox:1.37"
    user                   = "1000"
    readonlyRootFilesystem = true
    logConfiguration       = { logDriver = "awslogs" }
  }])

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_ecs_service" "worker" {
  name             = "worker"
  cluster          = aws_ecs_cluster.this.id
  task_definition  = aws_ecs_task_definition.worker.arn
  launch_type      = "FARGATE"
  platform_version = "1.3.0"
  desired_count    = 1

  network_configuration {
    subnets          = ["subnet-0a1b2c3d"]
    assign_public_ip = true
  }
}
