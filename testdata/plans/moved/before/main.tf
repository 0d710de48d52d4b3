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

resource "aws_ecs_cluster" "main" {
  name = "shared"
}

resource "aws_ecs_cluster" "batch" {
  name = "batch"

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_ecs_cluster" "indexed" {
  count = 1
  name  = "indexed"
  tags  = { Team = "platform" }
}

module "web" {
  source = "./modules/service"
  name   = "web"
}

module "api" {
  source = "./modules/service"
  name   = "api"
}
