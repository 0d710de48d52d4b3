terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.replica]
    }
  }
}

resource "aws_ecs_cluster" "primary" {
  name = "primary"
}

resource "aws_ecs_cluster" "replica" {
  provider = aws.replica
  name     = "replica"
}

module "inner" {
  source = "../cluster"
  name   = "inner"

  providers = {
    aws = aws.replica
  }
}
