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

resource "aws_ecs_service" "passed_disabled" {
  name            = "passed-disabled"
  task_definition = "app:1"
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = local.subnets
    assign_public_ip = false
  }
}

resource "aws_ecs_service" "passed_omitted" {
  name            = "passed-omitted"
  task_definition = "app:1"
  launch_type     = "FARGATE"

  network_configuration {
    subnets = local.subnets
  }
}

resource "aws_ecs_service" "passed_null_variable" {
  name            = "passed-null-variable"
  task_definition = "app:1"
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = local.subnets
    assign_public_ip = var.no_choice
  }
}

# Only the service's own setting counts, not the subnet's.
resource "aws_ecs_service" "passed_in_a_public_subnet" {
  name            = "passed-in-a-public-subnet"
  task_definition = "app:1"
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = [aws_subnet.public.id]
    assign_public_ip = false
  }
}

resource "aws_ecs_service" "passed_dynamic_network_configuration" {
  name            = "passed-dynamic-network-configuration"
  task_definition = "app:1"

  dynamic "network_configuration" {
    for_each = [local.subnets]

    content {
      subnets = network_configuration.value
    }
  }
}

resource "aws_ecs_service" "failed_on_fargate" {
  name            = "failed-on-fargate"
  task_definition = "app:1"
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = local.subnets
    assign_public_ip = true
  }
}

resource "aws_ecs_service" "failed_on_ec2" {
  name            = "failed-on-ec2"
  task_definition = "app:1"
  launch_type     = "EC2"

  network_configuration {
    subnets          = local.subnets
    assign_public_ip = true
  }
}

resource "aws_ecs_service" "failed_on_an_unknown_launch_type" {
  name            = "failed-on-an-unknown-launch-type"
  task_definition = "app:1"
  launch_type     = terraform_data.unknown.id

  network_configuration {
    subnets          = local.subnets
    assign_public_ip = true
  }
}

resource "aws_ecs_service" "failed_with_a_capacity_provider" {
  name            = "failed-with-a-capacity-provider"
  task_definition = "app:1"

  capacity_provider_strategy {
    capacity_provider = "FARGATE_SPOT"
    weight            = 1
  }

  network_configuration {
    subnets          = local.subnets
    assign_public_ip = true
  }
}

resource "aws_ecs_service" "failed_in_unknown_subnets" {
  name            = "failed-in-unknown-subnets"
  task_definition = "app:1"
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = terraform_data.subnets.output
    security_groups  = [terraform_data.unknown.id]
    assign_public_ip = true
  }
}

# Terraform converts the string to a bool.
resource "aws_ecs_service" "failed_string" {
  name            = "failed-string"
  task_definition = "app:1"
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = local.subnets
    assign_public_ip = "true"
  }
}

resource "aws_ecs_service" "failed_dynamic_network_configuration" {
  name            = "failed-dynamic-network-configuration"
  task_definition = "app:1"

  dynamic "network_configuration" {
    for_each = [local.subnets]

    content {
      subnets          = network_configuration.value
      assign_public_ip = true
    }
  }
}

resource "aws_ecs_service" "unknown_assign_public_ip" {
  name            = "unknown-assign-public-ip"
  task_definition = "app:1"
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = local.subnets
    assign_public_ip = terraform_data.assign_public_ip.output
  }
}

resource "aws_ecs_service" "unknown_dynamic_network_configuration" {
  name            = "unknown-dynamic-network-configuration"
  task_definition = "app:1"

  dynamic "network_configuration" {
    for_each = terraform_data.subnets.output

    content {
      subnets          = [network_configuration.value]
      assign_public_ip = true
    }
  }
}

resource "aws_ecs_service" "not_applicable_no_network_configuration" {
  name            = "not-applicable-no-network-configuration"
  task_definition = "app:1"
  launch_type     = "EC2"
}

resource "aws_ecs_service" "not_applicable_external_controller" {
  name = "not-applicable-external-controller"

  deployment_controller {
    type = "EXTERNAL"
  }
}

resource "aws_ecs_service" "not_applicable_daemon" {
  name                = "not-applicable-daemon"
  task_definition     = "app:1"
  scheduling_strategy = "DAEMON"
}
