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

variable "pid_mode" {
  type    = string
  default = "host"
}

variable "no_pid_mode" {
  type    = string
  default = null
}

resource "aws_ecs_task_definition" "passed_omitted" {
  family                = "passed-omitted"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
}

resource "aws_ecs_task_definition" "passed_task" {
  family                = "passed-task"
  pid_mode              = "task"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
}

resource "aws_ecs_task_definition" "passed_null_variable" {
  family                = "passed-null-variable"
  pid_mode              = var.no_pid_mode
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
}

resource "aws_ecs_task_definition" "passed_only_ipc_mode_is_host" {
  family                = "passed-only-ipc-mode-is-host"
  ipc_mode              = "host"
  network_mode          = "host"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
}

# A container has no such member: the provider drops it.
resource "aws_ecs_task_definition" "passed_pid_mode_inside_a_container" {
  family                = "passed-pid-mode-inside-a-container"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", pidMode = "host" }])
}

resource "aws_ecs_task_definition" "passed_despite_unknown_containers" {
  family                = "passed-despite-unknown-containers"
  pid_mode              = "task"
  container_definitions = jsonencode([{ name = "app", image = aws_ecr_repository.app.repository_url }])
}

resource "aws_ecs_task_definition" "passed_without_containers" {
  family                = "passed-without-containers"
  container_definitions = jsonencode([])
}

# AWS keeps only the definition of a family that was registered last, and which one that is cannot be known.
resource "aws_ecs_task_definition" "passed_same_family_as_another" {
  family                = "same-family"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
}

resource "aws_ecs_task_definition" "failed_same_family_as_another" {
  family                = "same-family"
  pid_mode              = "host"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
}

resource "aws_ecs_task_definition" "failed_host" {
  family                = "failed-host"
  pid_mode              = "host"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
}

resource "aws_ecs_task_definition" "failed_host_from_a_variable" {
  family                = "failed-host-from-a-variable"
  pid_mode              = var.pid_mode
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
}

resource "aws_ecs_task_definition" "failed_despite_unknown_containers" {
  family                = "failed-despite-unknown-containers"
  pid_mode              = "host"
  container_definitions = jsonencode([{ name = "app", image = aws_ecr_repository.app.repository_url }])
}

resource "aws_ecs_task_definition" "failed_without_containers" {
  family                = "failed-without-containers"
  pid_mode              = "host"
  container_definitions = jsonencode([])
}

resource "aws_ecs_task_definition" "unknown_pid_mode" {
  family                = "unknown-pid-mode"
  pid_mode              = terraform_data.unknown.id
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
}
