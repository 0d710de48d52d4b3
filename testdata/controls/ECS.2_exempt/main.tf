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
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}

# Its id is not known before apply.
resource "terraform_data" "unknown" {}

resource "aws_ecs_cluster" "c" {
  name = "c"
}

resource "aws_ecs_cluster" "d" {
  name = "d"
}

# The ARNs of services are not known before apply: these are told by the names of cluster and service.
resource "aws_ecs_service" "passed_exempted_in_a_cluster_by_arn" {
  name            = "exempted"
  cluster         = aws_ecs_cluster.c.arn
  task_definition = "app:1"
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = ["subnet-0123456789abcdef0"]
    assign_public_ip = true
  }
}

resource "aws_ecs_service" "passed_exempted_in_a_cluster_by_id" {
  name            = "exempted"
  cluster         = aws_ecs_cluster.c.id
  task_definition = "app:1"
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = ["subnet-0123456789abcdef0"]
    assign_public_ip = true
  }
}

resource "aws_ecs_service" "passed_exempted_in_a_cluster_by_name" {
  name            = "exempted"
  cluster         = aws_ecs_cluster.c.name
  task_definition = "app:1"
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = ["subnet-0123456789abcdef0"]
    assign_public_ip = true
  }
}

resource "aws_ecs_service" "passed_exempted_in_a_cluster_by_literal_name" {
  name            = "exempted"
  cluster         = "c"
  task_definition = "app:1"
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = ["subnet-0123456789abcdef0"]
    assign_public_ip = true
  }
}

resource "aws_ecs_service" "passed_exempted_in_a_cluster_by_literal_arn" {
  name            = "exempted"
  cluster         = "arn:aws:ecs:eu-west-1:123456789012:cluster/c"
  task_definition = "app:1"
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = ["subnet-0123456789abcdef0"]
    assign_public_ip = true
  }
}

resource "aws_ecs_service" "passed_disabled" {
  name            = "passed-disabled"
  cluster         = aws_ecs_cluster.c.arn
  task_definition = "app:1"
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = ["subnet-0123456789abcdef0"]
    assign_public_ip = false
  }
}

resource "aws_ecs_service" "failed_other_name" {
  name            = "failed-other-name"
  cluster         = aws_ecs_cluster.c.arn
  task_definition = "app:1"
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = ["subnet-0123456789abcdef0"]
    assign_public_ip = true
  }
}

resource "aws_ecs_service" "failed_longer_name" {
  name            = "not-exempted"
  cluster         = aws_ecs_cluster.c.arn
  task_definition = "app:1"
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = ["subnet-0123456789abcdef0"]
    assign_public_ip = true
  }
}

resource "aws_ecs_service" "failed_same_name_in_another_cluster" {
  name            = "exempted"
  cluster         = aws_ecs_cluster.d.arn
  task_definition = "app:1"
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = ["subnet-0123456789abcdef0"]
    assign_public_ip = true
  }
}

resource "aws_ecs_service" "failed_same_name_in_the_default_cluster" {
  name            = "exempted"
  task_definition = "app:1"
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = ["subnet-0123456789abcdef0"]
    assign_public_ip = true
  }
}

resource "aws_ecs_service" "unknown_cluster" {
  name            = "exempted"
  cluster         = terraform_data.unknown.id
  task_definition = "app:1"
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = ["subnet-0123456789abcdef0"]
    assign_public_ip = true
  }
}

resource "aws_ecs_service" "unknown_name" {
  name            = terraform_data.unknown.id
  cluster         = aws_ecs_cluster.c.arn
  task_definition = "app:1"
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = ["subnet-0123456789abcdef0"]
    assign_public_ip = true
  }
}

resource "aws_ecs_service" "not_applicable_exempted_without_network_configuration" {
  name            = "exempted"
  cluster         = aws_ecs_cluster.c.arn
  task_definition = "app:1"
  launch_type     = "EC2"
}
