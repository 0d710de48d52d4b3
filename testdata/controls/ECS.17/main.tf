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

resource "aws_ecr_repository" "app" {
  name = "app"
}

variable "no_network_mode" {
  type    = string
  default = null
}

variable "uses_host_network" {
  type    = bool
  default = false
}

locals {
  no_network_mode    = null
  known_network_mode = "awsvpc"
  containers         = jsonencode([{ name = "app", image = "nginx:1.27" }])
}

resource "aws_ecs_task_definition" "passed_network_mode" {
  for_each = toset(["awsvpc", "bridge", "none"])

  family                = "passed-network-mode-${each.value}"
  network_mode          = each.value
  container_definitions = local.containers
}

resource "aws_ecs_task_definition" "passed_omitted" {
  family                = "passed-omitted"
  container_definitions = local.containers
}

resource "aws_ecs_task_definition" "passed_omitted_on_windows" {
  family                = "passed-omitted-on-windows"
  container_definitions = local.containers

  runtime_platform {
    operating_system_family = "WINDOWS_SERVER_2022_CORE"
  }
}

resource "aws_ecs_task_definition" "passed_null_literal" {
  family                = "passed-null-literal"
  network_mode          = null
  container_definitions = local.containers
}

resource "aws_ecs_task_definition" "passed_null_variable" {
  family                = "passed-null-variable"
  network_mode          = var.no_network_mode
  container_definitions = local.containers
}

resource "aws_ecs_task_definition" "passed_conditional_that_is_null" {
  family                = "passed-conditional-that-is-null"
  network_mode          = var.uses_host_network ? "host" : null
  container_definitions = local.containers
}

resource "aws_ecs_task_definition" "passed_local" {
  family                = "passed-local"
  network_mode          = local.known_network_mode
  container_definitions = local.containers
}

resource "aws_ecs_task_definition" "passed_despite_unknown_containers" {
  family                = "passed-despite-unknown-containers"
  container_definitions = jsonencode([{ name = "app", image = aws_ecr_repository.app.repository_url }])
}

resource "aws_ecs_task_definition" "passed_without_containers" {
  family                = "passed-without-containers"
  container_definitions = jsonencode([])
}

resource "aws_ecs_task_definition" "failed_host" {
  family                = "failed-host"
  network_mode          = "host"
  container_definitions = local.containers
}

resource "aws_ecs_task_definition" "failed_host_from_a_conditional" {
  family                = "failed-host-from-a-conditional"
  network_mode          = var.uses_host_network ? null : "host"
  container_definitions = local.containers
}

resource "aws_ecs_task_definition" "failed_privileged_non_root" {
  family                = "failed-privileged-non-root"
  network_mode          = "host"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", privileged = true, user = "1000" }])
}

resource "aws_ecs_task_definition" "failed_despite_unknown_containers" {
  family                = "failed-despite-unknown-containers"
  network_mode          = "host"
  container_definitions = jsonencode([{ name = "app", image = aws_ecr_repository.app.repository_url }])
}

resource "aws_ecs_task_definition" "failed_without_containers" {
  family                = "failed-without-containers"
  network_mode          = "host"
  container_definitions = jsonencode([])
}

resource "aws_ecs_task_definition" "unknown_network_mode" {
  family                = "unknown-network-mode"
  network_mode          = terraform_data.unknown.id
  container_definitions = local.containers
}

# The value is null, but plan JSON does not hold locals.
resource "aws_ecs_task_definition" "unknown_local_that_is_null" {
  family                = "unknown-local-that-is-null"
  network_mode          = local.no_network_mode
  container_definitions = local.containers
}
