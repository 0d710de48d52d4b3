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
  count = 1
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
  desired_count   = 3
  tags            = { Team = "shop" }

  network_configuration {
    subnets          = ["subnet-0a1b2c3d", "subnet-1b2c3d4e"]
    assign_public_ip = true
  }
}
