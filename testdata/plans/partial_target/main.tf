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
  name = "partial"
}

resource "aws_ecs_task_definition" "web" {
  family       = "web"
  network_mode = "awsvpc"

  container_definitions = jsonencode([{
    name                   = "web"
    image                  = "public.ecr.aws/nginx/nginx:1.27"
    user                   = "101"
    readonlyRootFilesystem = true
    logConfiguration       = { logDriver = "awslogs" }
  }])
}

resource "aws_ecs_service" "web" {
  name            = "web"
  cluster         = aws_ecs_cluster.this.id
  task_definition = aws_ecs_task_definition.web.arn
  launch_type     = "FARGATE"
  tags            = { Team = "web" }

  network_configuration {
    subnets = ["subnet-0a1b2c3d"]
  }
}

# Not a part of the target: it does not come up in the plan.
resource "aws_ecs_task_definition" "worker" {
  family       = "worker"
  network_mode = "host"

  container_definitions = jsonencode([{
    name       = "worker"
    image      = "public.ecr.aws/docker/library/busybox:1.37"
    memory     = 64
    privileged = true
  }])
}
