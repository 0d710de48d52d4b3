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

resource "terraform_data" "shards" {
  input            = 2
  triggers_replace = "shards"
}

resource "aws_ecs_cluster" "this" {
  name = "this"
  tags = { Team = "platform" }
}

# How many is known after apply only: terraform refuses it.
resource "aws_ecs_cluster" "shard" {
  count = terraform_data.shards.output
  name  = "shard-${count.index}"
}
