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

variable "insights" {
  type = string
}

module "cluster" {
  source   = "../shared/cluster"
  name     = "größe"
  insights = var.insights
}

module "service" {
  source   = "./service"
  for_each = toset(["api", "worker"])
  name     = each.key
}

resource "aws_ecr_repository" "app" {
  name = "app"
}

resource "aws_ecs_task_definition" "app" {
  family = "app"
  container_definitions = templatefile("${path.module}/containers.json.tftpl", {
    image = aws_ecr_repository.app.repository_url
  })
}
