# What the plan knows of a data source and of a resource, inside of a text that an image's address makes unknown in it.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "dummy"
  secret_key                  = "dummy"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}

data "aws_region" "current" {}

data "aws_partition" "current" {}

resource "aws_ecr_repository" "app" {
  name = "app"
}

resource "aws_ecs_task_definition" "app" {
  family = "app"
  container_definitions = jsonencode([{
    name                   = "app"
    image                  = aws_ecr_repository.app.repository_url
    readonlyRootFilesystem = data.aws_partition.current.partition != "aws"
    privileged             = aws_ecr_repository.app.image_tag_mutability == "MUTABLE"
    user                   = data.aws_region.current.region == "eu-west-1" ? "root" : "app"
    logConfiguration       = { logDriver = "awslogs" }
  }])
}
