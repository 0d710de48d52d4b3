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
  name = "shared"
}

moved {
  from = aws_ecs_cluster.main
  to   = aws_ecs_cluster.this
}

# Moved, and changed on the way.
resource "aws_ecs_cluster" "jobs" {
  name = "batch"
  tags = { Team = "data" }

  setting {
    name  = "containerInsights"
    value = "disabled"
  }
}

moved {
  from = aws_ecs_cluster.batch
  to   = aws_ecs_cluster.jobs
}

# From count to for_each: only the key changes.
resource "aws_ecs_cluster" "indexed" {
  for_each = toset(["eu.west"])
  name     = "indexed"
  tags     = { Team = "platform" }
}

moved {
  from = aws_ecs_cluster.indexed[0]
  to   = aws_ecs_cluster.indexed["eu.west"]
}

module "service" {
  source   = "./modules/service"
  for_each = { web = 1, api = 2 }

  name          = each.key
  desired_count = each.value
}

moved {
  from = module.web
  to   = module.service["web"]
}

moved {
  from = module.api
  to   = module.service["api"]
}
