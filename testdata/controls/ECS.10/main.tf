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

variable "no_version" {
  type    = string
  default = null
}

variable "is_pinned" {
  type    = bool
  default = false
}

locals {
  no_launch_type = null
  containers     = jsonencode([{ name = "app", image = "nginx:1.27" }])
}

resource "terraform_data" "providers" {
  input = ["FARGATE"]
}

resource "aws_ecs_task_definition" "linux" {
  family                = "linux"
  container_definitions = local.containers

  runtime_platform {
    operating_system_family = "LINUX"
  }
}

resource "aws_ecs_task_definition" "windows" {
  family                = "windows"
  container_definitions = local.containers

  runtime_platform {
    operating_system_family = "WINDOWS_SERVER_2022_CORE"
  }
}

resource "aws_ecs_task_definition" "no_family" {
  family                = "no-family"
  container_definitions = local.containers
}

resource "aws_ecs_task_definition" "family_unknown" {
  family                = "family-unknown"
  container_definitions = local.containers

  runtime_platform {
    operating_system_family = terraform_data.unknown.id
  }
}

resource "aws_ecs_task_definition" "platform" {
  for_each = { linux = "LINUX", windows = "WINDOWS_SERVER_2019_FULL" }

  family                = "platform-${each.key}"
  container_definitions = local.containers

  runtime_platform {
    operating_system_family = each.value
  }
}

resource "aws_ecs_capacity_provider" "instances" {
  name = "instances"

  auto_scaling_group_provider {
    auto_scaling_group_arn = "arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:12345678-1234-1234-1234-123456789012:autoScalingGroupName/app"
  }
}

resource "aws_ecs_cluster" "no_default" {
  name = "no-default"
}

resource "aws_ecs_cluster" "empty_default" {
  name = "empty-default"
}

resource "aws_ecs_cluster_capacity_providers" "empty_default" {
  cluster_name       = aws_ecs_cluster.empty_default.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]
}

resource "aws_ecs_cluster" "fargate_default" {
  name = "fargate-default"
}

resource "aws_ecs_cluster_capacity_providers" "fargate_default" {
  cluster_name       = aws_ecs_cluster.fargate_default.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]

  default_capacity_provider_strategy {
    capacity_provider = "FARGATE_SPOT"
    weight            = 3
  }

  default_capacity_provider_strategy {
    capacity_provider = "FARGATE"
    base              = 1
    weight            = 1
  }
}

resource "aws_ecs_cluster_capacity_providers" "fargate_default_by_name" {
  cluster_name       = "fargate-default-by-name"
  capacity_providers = ["FARGATE"]

  default_capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }
}

resource "aws_ecs_cluster" "instances_default" {
  name = "instances-default"
}

resource "aws_ecs_cluster_capacity_providers" "instances_default" {
  cluster_name       = aws_ecs_cluster.instances_default.name
  capacity_providers = [aws_ecs_capacity_provider.instances.name]

  default_capacity_provider_strategy {
    capacity_provider = aws_ecs_capacity_provider.instances.name
    weight            = 1
  }
}

resource "aws_ecs_cluster" "default_unknown" {
  name = "default-unknown"
}

resource "aws_ecs_cluster_capacity_providers" "default_unknown" {
  cluster_name       = aws_ecs_cluster.default_unknown.name
  capacity_providers = [terraform_data.unknown.id]

  default_capacity_provider_strategy {
    capacity_provider = terraform_data.unknown.id
    weight            = 1
  }
}

resource "aws_ecs_service" "passed_omitted_version" {
  name            = "passed-omitted-version"
  cluster         = aws_ecs_cluster.no_default.id
  task_definition = aws_ecs_task_definition.linux.arn
  launch_type     = "FARGATE"
}

resource "aws_ecs_service" "passed_null_variable" {
  name             = "passed-null-variable"
  cluster          = aws_ecs_cluster.no_default.id
  task_definition  = aws_ecs_task_definition.linux.arn
  launch_type      = "FARGATE"
  platform_version = var.no_version
}

resource "aws_ecs_service" "passed_conditional_that_is_null" {
  name             = "passed-conditional-that-is-null"
  cluster          = aws_ecs_cluster.no_default.id
  task_definition  = aws_ecs_task_definition.linux.arn
  launch_type      = "FARGATE"
  platform_version = var.is_pinned ? "1.3.0" : null
}

resource "aws_ecs_service" "passed_empty_version" {
  name             = "passed-empty-version"
  cluster          = aws_ecs_cluster.no_default.id
  task_definition  = aws_ecs_task_definition.linux.arn
  launch_type      = "FARGATE"
  platform_version = ""
}

resource "aws_ecs_service" "passed_latest" {
  name             = "passed-latest"
  cluster          = aws_ecs_cluster.no_default.id
  task_definition  = aws_ecs_task_definition.windows.arn
  launch_type      = "FARGATE"
  platform_version = "LATEST"
}

resource "aws_ecs_service" "passed_linux_1_4_0" {
  name             = "passed-linux-1-4-0"
  cluster          = aws_ecs_cluster.no_default.id
  task_definition  = aws_ecs_task_definition.linux.arn
  launch_type      = "FARGATE"
  platform_version = "1.4.0"
}

resource "aws_ecs_service" "passed_1_4_0_without_family" {
  name             = "passed-1-4-0-without-family"
  cluster          = aws_ecs_cluster.no_default.id
  task_definition  = aws_ecs_task_definition.no_family.arn
  launch_type      = "FARGATE"
  platform_version = "1.4.0"
}

resource "aws_ecs_service" "passed_1_4_0_of_a_definition_outside_the_plan" {
  name             = "passed-1-4-0-of-a-definition-outside-the-plan"
  cluster          = aws_ecs_cluster.no_default.id
  task_definition  = "elsewhere:3"
  launch_type      = "FARGATE"
  platform_version = "1.4.0"
}

resource "aws_ecs_service" "passed_windows_1_0_0" {
  name             = "passed-windows-1-0-0"
  cluster          = aws_ecs_cluster.no_default.id
  task_definition  = aws_ecs_task_definition.windows.arn
  launch_type      = "FARGATE"
  platform_version = "1.0.0"
}

resource "aws_ecs_service" "passed_windows_1_0_0_by_family" {
  name             = "passed-windows-1-0-0-by-family"
  cluster          = aws_ecs_cluster.no_default.id
  task_definition  = aws_ecs_task_definition.windows.family
  launch_type      = "FARGATE"
  platform_version = "1.0.0"
}

resource "aws_ecs_service" "passed_windows_1_0_0_of_one_instance" {
  name             = "passed-windows-1-0-0-of-one-instance"
  cluster          = aws_ecs_cluster.no_default.id
  task_definition  = aws_ecs_task_definition.platform["windows"].arn
  launch_type      = "FARGATE"
  platform_version = "1.0.0"
}

resource "aws_ecs_service" "passed_strategy" {
  for_each = toset(["FARGATE", "FARGATE_SPOT"])

  name            = "passed-strategy-${each.value}"
  cluster         = aws_ecs_cluster.no_default.id
  task_definition = aws_ecs_task_definition.linux.arn

  capacity_provider_strategy {
    capacity_provider = each.value
    weight            = 1
  }
}

resource "aws_ecs_service" "passed_strategy_with_1_4_0" {
  name             = "passed-strategy-with-1-4-0"
  cluster          = aws_ecs_cluster.no_default.id
  task_definition  = aws_ecs_task_definition.linux.arn
  platform_version = "1.4.0"

  capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }
}

resource "aws_ecs_service" "passed_default_strategy_of_the_cluster" {
  name            = "passed-default-strategy-of-the-cluster"
  cluster         = aws_ecs_cluster.fargate_default.arn
  task_definition = aws_ecs_task_definition.linux.arn
}

resource "aws_ecs_service" "passed_unknown_launch_type_with_omitted_version" {
  name            = "passed-unknown-launch-type-with-omitted-version"
  cluster         = aws_ecs_cluster.no_default.id
  task_definition = aws_ecs_task_definition.linux.arn
  launch_type     = terraform_data.unknown.id
}

resource "aws_ecs_service" "passed_unknown_launch_type_with_latest" {
  name             = "passed-unknown-launch-type-with-latest"
  cluster          = aws_ecs_cluster.no_default.id
  task_definition  = aws_ecs_task_definition.windows.arn
  launch_type      = terraform_data.unknown.id
  platform_version = "LATEST"
}

resource "aws_ecs_service" "passed_unknown_launch_type_with_linux_1_4_0" {
  name             = "passed-unknown-launch-type-with-linux-1-4-0"
  cluster          = aws_ecs_cluster.no_default.id
  task_definition  = aws_ecs_task_definition.linux.arn
  launch_type      = terraform_data.unknown.id
  platform_version = "1.4.0"
}

resource "aws_ecs_service" "passed_unknown_capacity_provider_with_omitted_version" {
  name            = "passed-unknown-capacity-provider-with-omitted-version"
  cluster         = aws_ecs_cluster.no_default.id
  task_definition = aws_ecs_task_definition.linux.arn

  capacity_provider_strategy {
    capacity_provider = terraform_data.unknown.id
    weight            = 1
  }
}

resource "aws_ecs_service" "passed_unknown_default_strategy_with_omitted_version" {
  name            = "passed-unknown-default-strategy-with-omitted-version"
  cluster         = aws_ecs_cluster.default_unknown.id
  task_definition = aws_ecs_task_definition.linux.arn
}

resource "aws_ecs_service" "failed_old_version" {
  for_each = toset(["1.1.0", "1.2.0", "1.3.0"])

  name             = "failed-old-version-${each.value}"
  cluster          = aws_ecs_cluster.no_default.id
  task_definition  = aws_ecs_task_definition.linux.arn
  launch_type      = "FARGATE"
  platform_version = each.value
}

resource "aws_ecs_service" "failed_old_version_of_a_definition_outside_the_plan" {
  name             = "failed-old-version-of-a-definition-outside-the-plan"
  cluster          = aws_ecs_cluster.no_default.id
  task_definition  = "elsewhere:3"
  launch_type      = "FARGATE"
  platform_version = "1.3.0"
}

resource "aws_ecs_service" "failed_old_version_of_an_unknown_family" {
  name             = "failed-old-version-of-an-unknown-family"
  cluster          = aws_ecs_cluster.no_default.id
  task_definition  = aws_ecs_task_definition.family_unknown.arn
  launch_type      = "FARGATE"
  platform_version = "1.3.0"
}

resource "aws_ecs_service" "failed_linux_1_0_0" {
  name             = "failed-linux-1-0-0"
  cluster          = aws_ecs_cluster.no_default.id
  task_definition  = aws_ecs_task_definition.linux.arn
  launch_type      = "FARGATE"
  platform_version = "1.0.0"
}

resource "aws_ecs_service" "failed_1_0_0_without_family" {
  name             = "failed-1-0-0-without-family"
  cluster          = aws_ecs_cluster.no_default.id
  task_definition  = aws_ecs_task_definition.no_family.arn
  launch_type      = "FARGATE"
  platform_version = "1.0.0"
}

resource "aws_ecs_service" "failed_linux_1_0_0_by_family_and_revision" {
  name             = "failed-linux-1-0-0-by-family-and-revision"
  cluster          = aws_ecs_cluster.no_default.id
  task_definition  = "${aws_ecs_task_definition.linux.family}:${aws_ecs_task_definition.linux.revision}"
  launch_type      = "FARGATE"
  platform_version = "1.0.0"
}

resource "aws_ecs_service" "failed_linux_1_0_0_of_one_instance" {
  name             = "failed-linux-1-0-0-of-one-instance"
  cluster          = aws_ecs_cluster.no_default.id
  task_definition  = aws_ecs_task_definition.platform["linux"].arn
  launch_type      = "FARGATE"
  platform_version = "1.0.0"
}

resource "aws_ecs_service" "failed_windows_1_4_0" {
  name             = "failed-windows-1-4-0"
  cluster          = aws_ecs_cluster.no_default.id
  task_definition  = aws_ecs_task_definition.windows.arn
  launch_type      = "FARGATE"
  platform_version = "1.4.0"
}

resource "aws_ecs_service" "failed_strategy_with_old_version" {
  for_each = toset(["FARGATE", "FARGATE_SPOT"])

  name             = "failed-strategy-with-old-version-${each.value}"
  cluster          = aws_ecs_cluster.no_default.id
  task_definition  = aws_ecs_task_definition.linux.arn
  platform_version = "1.3.0"

  capacity_provider_strategy {
    capacity_provider = each.value
    weight            = 1
  }
}

resource "aws_ecs_service" "failed_default_strategy_of_the_cluster" {
  name             = "failed-default-strategy-of-the-cluster"
  cluster          = aws_ecs_cluster.fargate_default.arn
  task_definition  = aws_ecs_task_definition.linux.arn
  platform_version = "1.3.0"
}

resource "aws_ecs_service" "failed_default_strategy_of_a_cluster_by_name" {
  name             = "failed-default-strategy-of-a-cluster-by-name"
  cluster          = "fargate-default-by-name"
  task_definition  = aws_ecs_task_definition.linux.arn
  platform_version = "1.3.0"
}

resource "aws_ecs_service" "failed_fargate_despite_the_default_strategy" {
  name             = "failed-fargate-despite-the-default-strategy"
  cluster          = aws_ecs_cluster.instances_default.id
  task_definition  = aws_ecs_task_definition.linux.arn
  launch_type      = "FARGATE"
  platform_version = "1.3.0"
}

resource "aws_ecs_service" "unknown_version" {
  name             = "unknown-version"
  cluster          = aws_ecs_cluster.no_default.id
  task_definition  = aws_ecs_task_definition.linux.arn
  launch_type      = "FARGATE"
  platform_version = terraform_data.unknown.id
}

resource "aws_ecs_service" "unknown_launch_type_with_old_version" {
  name             = "unknown-launch-type-with-old-version"
  cluster          = aws_ecs_cluster.no_default.id
  task_definition  = aws_ecs_task_definition.linux.arn
  launch_type      = terraform_data.unknown.id
  platform_version = "1.3.0"
}

resource "aws_ecs_service" "unknown_launch_type_and_version" {
  name             = "unknown-launch-type-and-version"
  cluster          = aws_ecs_cluster.no_default.id
  task_definition  = aws_ecs_task_definition.linux.arn
  launch_type      = terraform_data.unknown.id
  platform_version = terraform_data.unknown.id
}

resource "aws_ecs_service" "unknown_launch_type_with_windows_1_4_0" {
  name             = "unknown-launch-type-with-windows-1-4-0"
  cluster          = aws_ecs_cluster.no_default.id
  task_definition  = aws_ecs_task_definition.windows.arn
  launch_type      = terraform_data.unknown.id
  platform_version = "1.4.0"
}

# The value is null, but plan JSON does not hold locals.
resource "aws_ecs_service" "unknown_launch_type_from_a_local_with_old_version" {
  name             = "unknown-launch-type-from-a-local-with-old-version"
  cluster          = aws_ecs_cluster.no_default.id
  task_definition  = aws_ecs_task_definition.linux.arn
  launch_type      = local.no_launch_type
  platform_version = "1.3.0"
}

resource "aws_ecs_service" "unknown_1_0_0_of_a_definition_outside_the_plan" {
  name             = "unknown-1-0-0-of-a-definition-outside-the-plan"
  cluster          = aws_ecs_cluster.no_default.id
  task_definition  = "elsewhere:3"
  launch_type      = "FARGATE"
  platform_version = "1.0.0"
}

resource "aws_ecs_service" "unknown_1_0_0_of_an_unknown_family" {
  name             = "unknown-1-0-0-of-an-unknown-family"
  cluster          = aws_ecs_cluster.no_default.id
  task_definition  = aws_ecs_task_definition.family_unknown.arn
  launch_type      = "FARGATE"
  platform_version = "1.0.0"
}

resource "aws_ecs_service" "unknown_capacity_provider_with_old_version" {
  name             = "unknown-capacity-provider-with-old-version"
  cluster          = aws_ecs_cluster.no_default.id
  task_definition  = aws_ecs_task_definition.linux.arn
  platform_version = "1.3.0"

  capacity_provider_strategy {
    capacity_provider = terraform_data.unknown.id
    weight            = 1
  }
}

resource "aws_ecs_service" "unknown_dynamic_strategy_with_old_version" {
  name             = "unknown-dynamic-strategy-with-old-version"
  cluster          = aws_ecs_cluster.no_default.id
  task_definition  = aws_ecs_task_definition.linux.arn
  platform_version = "1.3.0"

  dynamic "capacity_provider_strategy" {
    for_each = terraform_data.providers.output

    content {
      capacity_provider = capacity_provider_strategy.value
      weight            = 1
    }
  }
}

resource "aws_ecs_service" "unknown_default_strategy_with_old_version" {
  name             = "unknown-default-strategy-with-old-version"
  cluster          = aws_ecs_cluster.default_unknown.id
  task_definition  = aws_ecs_task_definition.linux.arn
  platform_version = "1.3.0"
}

resource "aws_ecs_service" "not_applicable_launch_type" {
  for_each = toset(["EC2", "EXTERNAL"])

  name             = "not-applicable-launch-type-${each.value}"
  cluster          = aws_ecs_cluster.no_default.id
  task_definition  = aws_ecs_task_definition.linux.arn
  launch_type      = each.value
  platform_version = "1.3.0"
}

resource "aws_ecs_service" "not_applicable_omitted_launch_type" {
  name            = "not-applicable-omitted-launch-type"
  cluster         = aws_ecs_cluster.no_default.id
  task_definition = aws_ecs_task_definition.linux.arn
}

resource "aws_ecs_service" "not_applicable_omitted_launch_type_with_old_version" {
  name             = "not-applicable-omitted-launch-type-with-old-version"
  cluster          = aws_ecs_cluster.no_default.id
  task_definition  = aws_ecs_task_definition.linux.arn
  platform_version = "1.3.0"
}

# Capacity providers without a default strategy change nothing.
resource "aws_ecs_service" "not_applicable_cluster_with_capacity_providers_only" {
  name             = "not-applicable-cluster-with-capacity-providers-only"
  cluster          = aws_ecs_cluster.empty_default.arn
  task_definition  = aws_ecs_task_definition.linux.arn
  platform_version = "1.3.0"
}

resource "aws_ecs_service" "not_applicable_own_capacity_provider" {
  name             = "not-applicable-own-capacity-provider"
  cluster          = aws_ecs_cluster.no_default.id
  task_definition  = aws_ecs_task_definition.linux.arn
  platform_version = "1.3.0"

  capacity_provider_strategy {
    capacity_provider = aws_ecs_capacity_provider.instances.name
    weight            = 1
  }
}

resource "aws_ecs_service" "not_applicable_own_capacity_provider_despite_the_default_strategy" {
  name             = "not-applicable-own-capacity-provider-despite-the-default-strategy"
  cluster          = aws_ecs_cluster.fargate_default.arn
  task_definition  = aws_ecs_task_definition.linux.arn
  platform_version = "1.3.0"

  capacity_provider_strategy {
    capacity_provider = "instances"
    weight            = 1
  }
}

resource "aws_ecs_service" "not_applicable_ec2_despite_the_default_strategy" {
  name             = "not-applicable-ec2-despite-the-default-strategy"
  cluster          = aws_ecs_cluster.fargate_default.arn
  task_definition  = aws_ecs_task_definition.linux.arn
  launch_type      = "EC2"
  platform_version = "1.3.0"
}

resource "aws_ecs_service" "not_applicable_default_strategy_of_own_capacity_providers" {
  name             = "not-applicable-default-strategy-of-own-capacity-providers"
  cluster          = aws_ecs_cluster.instances_default.id
  task_definition  = aws_ecs_task_definition.linux.arn
  platform_version = "1.3.0"
}

# The platform version is the task set's.
resource "aws_ecs_service" "not_applicable_external_controller" {
  name             = "not-applicable-external-controller"
  cluster          = aws_ecs_cluster.no_default.id
  launch_type      = "FARGATE"
  platform_version = "1.3.0"

  deployment_controller {
    type = "EXTERNAL"
  }
}
