terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
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

resource "aws_ecs_cluster" "shop" {
  name = "shop"
  tags = { Owner = "shop" }
}

resource "aws_ecs_task_definition" "web" {
  family = "web"
  tags   = { Owner = "shop" }

  runtime_platform {
    operating_system_family = "LINUX"
  }

  container_definitions = jsonencode([
    {
      name                   = "web"
      image                  = "nginx"
      user                   = "1000"
      readonlyRootFilesystem = true
      logConfiguration       = { logDriver = "awslogs" }
    },
  ])
}
