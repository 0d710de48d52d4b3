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
  name = "shop"
}

resource "aws_ecs_cluster" "region" {
  count = 2
  name  = "shop-${count.index}"
  tags  = { Team = "shop" }

  setting {
    name  = "containerInsights"
    value = "enhanced"
  }
}

resource "aws_ecs_task_definition" "web" {
  family                   = "web"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "ARM64"
  }

  container_definitions = jsonencode([{
    name                   = "web"
    image                  = "public.ecr.aws/nginx/nginx:1.27"
    user                   = "101"
    readonlyRootFilesystem = true
  }])
}

resource "aws_ecs_service" "web" {
  name            = "web"
  cluster         = aws_ecs_cluster.this.id
  task_definition = aws_ecs_task_definition.web.arn
  launch_type     = "FARGATE"
  desired_count   = 1
  tags            = { Team = "shop" }

  network_configuration {
    subnets          = ["subnet-0a1b2c3d", "subnet-1b2c3d4e"]
    assign_public_ip = true
  }
}

resource "aws_ecs_cluster" "old" {
  name = "old"
}

resource "aws_ecs_task_definition" "old" {
  family       = "old"
  network_mode = "host"
  pid_mode     = "host"

  container_definitions = jsonencode([{
    name       = "old"
    image      = "public.ecr.aws/nginx/nginx:1.19"
    memory     = 64
    privileged = true
  }])
}

resource "aws_ecs_service" "old" {
  name            = "old"
  cluster         = aws_ecs_cluster.old.id
  task_definition = aws_ecs_task_definition.old.arn
  launch_type     = "EC2"
  desired_count   = 1
}

resource "aws_ecs_capacity_provider" "old" {
  name = "old"

  auto_scaling_group_provider {
    auto_scaling_group_arn         = "arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:8f3c:autoScalingGroupName/old"
    managed_termination_protection = "DISABLED"
  }
}
