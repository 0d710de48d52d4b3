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

variable "environment" {
  type    = string
  default = "staging"
}

resource "aws_ecs_cluster" "this" {
  name = "errored"

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_ecs_task_definition" "web" {
  family       = "web"
  network_mode = "awsvpc"

  container_definitions = jsonencode([{
    name             = "web"
    image            = "public.ecr.aws/nginx/nginx:1.27"
    logConfiguration = { logDriver = "awslogs" }
  }])
}

# The precondition fails, so the service is not in the plan.
resource "aws_ecs_service" "web" {
  name            = "web"
  cluster         = aws_ecs_cluster.this.id
  task_definition = aws_ecs_task_definition.web.arn
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = ["subnet-0a1b2c3d"]
    assign_public_ip = true
  }

  lifecycle {
    precondition {
      condition     = var.environment == "prod"
      error_message = "The web service is for prod only."
    }
  }
}
