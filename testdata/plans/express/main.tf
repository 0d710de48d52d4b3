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

resource "aws_ecs_express_gateway_service" "credentials" {
  execution_role_arn      = "arn:aws:iam::123456789012:role/execution"
  infrastructure_role_arn = "arn:aws:iam::123456789012:role/infrastructure"

  primary_container {
    image = "public.ecr.aws/nginx/nginx:1.29"

    environment {
      name  = "AWS_ACCESS_KEY_ID"
      value = "do-not-do-this"
    }
  }

  tags = { team = "shop" }
}

resource "aws_ecs_express_gateway_service" "plain" {
  execution_role_arn      = "arn:aws:iam::123456789012:role/execution"
  infrastructure_role_arn = "arn:aws:iam::123456789012:role/infrastructure"

  primary_container {
    image = "public.ecr.aws/nginx/nginx:1.29"

    environment {
      name  = "LOG_LEVEL"
      value = "debug"
    }
  }
}
