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

resource "terraform_data" "assign_public_ip" {
  input = true
}

resource "terraform_data" "subnets" {
  input = ["subnet-0123456789abcdef0"]
}

resource "aws_subnet" "public" {
  vpc_id                  = "vpc-0123456789abcdef0"
  cidr_block              = "10.0.0.0/24"
  map_public_ip_on_launch = true
}

variable "no_choice" {
  type    = bool
  default = null
}

locals {
  subnets = ["subnet-0123456789abcdef0"]
}

resource "aws_ecs_service" "app" {
  name    = "app"
  cluster = "c"

  deployment_controller {
    type = "EXTERNAL"
  }
}

resource "aws_ecs_task_set" "passed_disabled" {
  service         = aws_ecs_service.app.id
  cluster         = "c"
  task_definition = "app:1"
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = local.subnets
    assign_public_ip = false
  }
}

resource "aws_ecs_task_set" "passed_omitted" {
  service         = aws_ecs_service.app.id
  cluster         = "c"
  task_definition = "app:1"
  launch_type     = "FARGATE"

  network_configuration {
    subnets = local.subnets
  }
}

resource "aws_ecs_task_set" "passed_null_variable" {
  service         = aws_ecs_service.app.id
  cluster         = "c"
  task_definition = "app:1"
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = local.subnets
    assign_public_ip = var.no_choice
  }
}

# Only the task set's own setting counts, not the subnet's.
resource "aws_ecs_task_set" "passed_in_a_public_subnet" {
  service         = aws_ecs_service.app.id
  cluster         = "c"
  task_definition = "app:1"
  launch_type     = "FARGATE"

  network_configuration {
    subnets = [aws_subnet.public.id]
  }
}

resource "aws_ecs_task_set" "failed_on_fargate" {
  service         = aws_ecs_service.app.id
  cluster         = "c"
  task_definition = "app:1"
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = local.subnets
    assign_public_ip = true
  }
}

resource "aws_ecs_task_set" "failed_on_ec2" {
  service         = aws_ecs_service.app.id
  cluster         = "c"
  task_definition = "app:1"
  launch_type     = "EC2"

  network_configuration {
    subnets          = local.subnets
    assign_public_ip = true
  }
}

resource "aws_ecs_task_set" "failed_on_an_omitted_launch_type" {
  service         = aws_ecs_service.app.id
  cluster         = "c"
  task_definition = "app:1"

  network_configuration {
    subnets          = local.subnets
    assign_public_ip = true
  }
}

resource "aws_ecs_task_set" "failed_with_a_capacity_provider" {
  service         = aws_ecs_service.app.id
  cluster         = "c"
  task_definition = "app:1"

  capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }

  network_configuration {
    subnets          = local.subnets
    assign_public_ip = true
  }
}

resource "aws_ecs_task_set" "failed_in_unknown_subnets" {
  service         = aws_ecs_service.app.id
  cluster         = "c"
  task_definition = "app:1"
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = terraform_data.subnets.output
    security_groups  = [terraform_data.unknown.id]
    assign_public_ip = true
  }
}

resource "aws_ecs_task_set" "unknown_assign_public_ip" {
  service         = aws_ecs_service.app.id
  cluster         = "c"
  task_definition = "app:1"
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = local.subnets
    assign_public_ip = terraform_data.assign_public_ip.output
  }
}

resource "aws_ecs_task_set" "unknown_dynamic_network_configuration" {
  service         = aws_ecs_service.app.id
  cluster         = "c"
  task_definition = "app:1"

  dynamic "network_configuration" {
    for_each = terraform_data.subnets.output

    content {
      subnets          = [network_configuration.value]
      assign_public_ip = true
    }
  }
}

resource "aws_ecs_task_set" "not_applicable_no_network_configuration" {
  service         = aws_ecs_service.app.id
  cluster         = "c"
  task_definition = "app:1"
  launch_type     = "EC2"
}
