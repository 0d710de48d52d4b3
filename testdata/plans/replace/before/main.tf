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

resource "aws_ecs_cluster" "this" {
  name = "orders"

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_ecs_cluster" "tools" {
  name = "tools"
  tags = { Team = "platform" }
}

resource "aws_ecs_capacity_provider" "ec2" {
  name = "orders-ec2"

  auto_scaling_group_provider {
    auto_scaling_group_arn         = "arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:8f3c:autoScalingGroupName/orders"
    managed_termination_protection = "ENABLED"

    managed_scaling {
      status = "ENABLED"
    }
  }
}

resource "aws_ecs_task_definition" "agent" {
  family       = "agent"
  network_mode = "bridge"
  tags         = { Team = "platform" }

  runtime_platform {
    operating_system_family = "LINUX"
  }

  container_definitions = jsonencode([{
    name                   = "agent"
    image                  = "public.ecr.aws/docker/library/busybox:1.36"
    memory                 = 128
    user                   = "1000"
    readonlyRootFilesystem = true
    logConfiguration       = { logDriver = "json-file" }
  }])
}

resource "aws_ecs_task_definition" "worker" {
  family                   = "worker"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = 256
  memory                   = 512

  container_definitions = jsonencode([{
    name        = "worker"
    image       = "public.ecr.aws/docker/library/busybox:1.36"
    environment = [{ name = "AWS_SECRET_ACCESS_KEY", value = "changeme" }]
  }])

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_ecs_service" "worker" {
  name            = "worker"
  cluster         = aws_ecs_cluster.this.id
  task_definition = aws_ecs_task_definition.worker.arn
  launch_type     = "EC2"
  desired_count   = 1

  network_configuration {
    subnets          = ["subnet-0a1b2c3d"]
    assign_public_ip = false
  }
}
