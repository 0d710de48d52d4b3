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

resource "aws_ecs_cluster" "kept" {
  name = "kept"
  tags = { Team = "platform" }
}

resource "aws_ecs_cluster" "handed_over" {
  name = "handed-over"
}

module "legacy" {
  source = "./modules/service"
}
