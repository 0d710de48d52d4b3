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
  name = "this"
  tags = { Team = "platform" }
}

# Read during the plan: not a change.
data "aws_ecs_cluster" "this" {
  cluster_name = "elsewhere"
}

# Same type, same name as a managed one, and read during the apply only: a change with the action "read".
data "aws_ecs_service" "web" {
  service_name = "web"
  cluster_arn  = aws_ecs_cluster.this.arn
}

data "aws_ecs_task_definition" "web" {
  task_definition = aws_ecs_task_definition.web.family
  depends_on      = [aws_ecs_task_definition.web]
}

resource "aws_ecs_task_definition" "web" {
  family       = "web"
  network_mode = "awsvpc"

  container_definitions = jsonencode([{
    name                   = "web"
    image                  = "public.ecr.aws/nginx/nginx:1.27"
    user                   = ""
    readonlyRootFilesystem = true
    logConfiguration       = { logDriver = "awslogs" }
  }])
}

# All that this one says comes from the data source.
resource "aws_ecs_task_definition" "copy" {
  family       = "copy"
  network_mode = data.aws_ecs_task_definition.web.network_mode

  container_definitions = jsonencode([{
    name             = "copy"
    image            = "public.ecr.aws/nginx/nginx:1.27"
    user             = "1000"
    logConfiguration = { logDriver = "awslogs" }
  }])
}

resource "aws_ecs_service" "web" {
  name             = "web"
  cluster          = data.aws_ecs_cluster.this.arn
  task_definition  = data.aws_ecs_task_definition.web.arn
  launch_type      = "FARGATE"
  platform_version = "1.0.0"

  network_configuration {
    subnets = ["subnet-0a1b2c3d"]
  }
}
