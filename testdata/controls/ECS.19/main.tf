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

resource "aws_autoscaling_group" "app" {
  name                  = "app"
  min_size              = 0
  max_size              = 2
  availability_zones    = ["eu-west-1a"]
  protect_from_scale_in = true

  launch_template {
    id = "lt-0123456789abcdef0"
  }
}

variable "protection" {
  type    = string
  default = "ENABLED"
}

variable "no_protection" {
  type    = string
  default = null
}

locals {
  group_arn     = "arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:12345678-1234-1234-1234-123456789012:autoScalingGroupName/app"
  no_protection = null
}

resource "aws_ecs_capacity_provider" "passed_enabled" {
  name = "passed-enabled"

  auto_scaling_group_provider {
    auto_scaling_group_arn         = local.group_arn
    managed_termination_protection = "ENABLED"

    managed_scaling {
      status          = "ENABLED"
      target_capacity = 90
    }
  }
}

resource "aws_ecs_capacity_provider" "passed_enabled_on_an_unknown_group" {
  name = "passed-enabled-on-an-unknown-group"

  auto_scaling_group_provider {
    auto_scaling_group_arn         = aws_autoscaling_group.app.arn
    managed_termination_protection = "ENABLED"
  }
}

resource "aws_ecs_capacity_provider" "passed_variable" {
  name = "passed-variable"

  auto_scaling_group_provider {
    auto_scaling_group_arn         = local.group_arn
    managed_termination_protection = var.protection
  }
}

# The protection has no effect then, but the control does not look at managed scaling.
resource "aws_ecs_capacity_provider" "passed_without_managed_scaling" {
  name = "passed-without-managed-scaling"

  auto_scaling_group_provider {
    auto_scaling_group_arn         = local.group_arn
    managed_termination_protection = "ENABLED"

    managed_scaling {
      status = "DISABLED"
    }
  }
}

resource "aws_ecs_capacity_provider" "passed_dynamic_provider" {
  name = "passed-dynamic-provider"

  dynamic "auto_scaling_group_provider" {
    for_each = [local.group_arn]

    content {
      auto_scaling_group_arn         = auto_scaling_group_provider.value
      managed_termination_protection = "ENABLED"
    }
  }
}

resource "aws_ecs_capacity_provider" "failed_disabled" {
  name = "failed-disabled"

  auto_scaling_group_provider {
    auto_scaling_group_arn         = local.group_arn
    managed_termination_protection = "DISABLED"
  }
}

resource "aws_ecs_capacity_provider" "failed_disabled_on_an_unknown_group" {
  name = "failed-disabled-on-an-unknown-group"

  auto_scaling_group_provider {
    auto_scaling_group_arn         = aws_autoscaling_group.app.arn
    managed_termination_protection = "DISABLED"
  }
}

resource "aws_ecs_capacity_provider" "failed_omitted" {
  name = "failed-omitted"

  auto_scaling_group_provider {
    auto_scaling_group_arn = local.group_arn
  }
}

resource "aws_ecs_capacity_provider" "failed_omitted_with_managed_scaling" {
  name = "failed-omitted-with-managed-scaling"

  auto_scaling_group_provider {
    auto_scaling_group_arn = local.group_arn

    managed_scaling {
      status = "ENABLED"
    }
  }
}

resource "aws_ecs_capacity_provider" "failed_null_variable" {
  name = "failed-null-variable"

  auto_scaling_group_provider {
    auto_scaling_group_arn         = local.group_arn
    managed_termination_protection = var.no_protection
  }
}

resource "aws_ecs_capacity_provider" "unknown_protection" {
  name = "unknown-protection"

  auto_scaling_group_provider {
    auto_scaling_group_arn         = local.group_arn
    managed_termination_protection = terraform_data.unknown.id
  }
}

# The value is null, but plan JSON does not hold locals.
resource "aws_ecs_capacity_provider" "unknown_local_that_is_null" {
  name = "unknown-local-that-is-null"

  auto_scaling_group_provider {
    auto_scaling_group_arn         = local.group_arn
    managed_termination_protection = local.no_protection
  }
}

resource "aws_ecs_capacity_provider" "not_applicable_managed_instances" {
  name    = "not-applicable-managed-instances"
  cluster = "c"

  managed_instances_provider {
    infrastructure_role_arn = "arn:aws:iam::123456789012:role/ecs-infrastructure"

    instance_launch_template {
      ec2_instance_profile_arn = "arn:aws:iam::123456789012:instance-profile/ecs-instance"

      network_configuration {
        subnets = ["subnet-0123456789abcdef0"]
      }
    }
  }
}
