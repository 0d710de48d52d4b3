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

resource "aws_secretsmanager_secret" "key" {
  name = "key"
}

variable "secret_key" {
  type      = string
  default   = "example"
  sensitive = true
}

locals {
  key_names = toset(["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "ECS_ENGINE_AUTH_DATA"])
}

resource "aws_ecs_task_definition" "passed_no_environment" {
  family                = "passed-no-environment"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
}

resource "aws_ecs_task_definition" "passed_empty_environment" {
  family                = "passed-empty-environment"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", environment = [] }])
}

resource "aws_ecs_task_definition" "passed_null_environment" {
  family                = "passed-null-environment"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", environment = null }])
}

resource "aws_ecs_task_definition" "passed_other_name" {
  for_each = toset([
    "AWS_ACCESS_KEY_ID_FILE",
    "AWS_SESSION_TOKEN",
    "DB_PASSWORD",
    "MY_AWS_ACCESS_KEY_ID",
    "Aws_Access_Key_Id",
    "aws_access_key_id",
    "aws_secret_access_key",
    "ecs_engine_auth_data",
  ])

  family = "passed-other-name-${each.value}"

  container_definitions = jsonencode([{
    name        = "app"
    image       = "nginx:1.27"
    environment = [{ name = each.value, value = "example" }]
  }])
}

resource "aws_ecs_task_definition" "passed_secrets" {
  for_each = local.key_names

  family = "passed-secrets-${each.value}"

  container_definitions = jsonencode([{
    name    = "app"
    image   = "nginx:1.27"
    secrets = [{ name = each.value, valueFrom = "arn:aws:ssm:eu-west-1:123456789012:parameter/key" }]
  }])
}

resource "aws_ecs_task_definition" "passed_environment_files" {
  family = "passed-environment-files"

  container_definitions = jsonencode([{
    name             = "app"
    image            = "nginx:1.27"
    environmentFiles = [{ type = "s3", value = "arn:aws:s3:::config/AWS_ACCESS_KEY_ID.env" }]
  }])
}

resource "aws_ecs_task_definition" "passed_name_only_as_a_value" {
  family = "passed-name-only-as-a-value"

  container_definitions = jsonencode([{
    name        = "app"
    image       = "nginx:1.27"
    environment = [{ name = "KEY_VARIABLE", value = "AWS_ACCESS_KEY_ID" }]
  }])
}

resource "aws_ecs_task_definition" "passed_name_only_as_a_docker_label" {
  family = "passed-name-only-as-a-docker-label"

  container_definitions = jsonencode([{
    name         = "app"
    image        = "nginx:1.27"
    dockerLabels = { AWS_ACCESS_KEY_ID = "example" }
  }])
}

resource "aws_ecs_task_definition" "failed_key_name" {
  for_each = local.key_names

  family = "failed-key-name-${each.value}"

  container_definitions = jsonencode([{
    name  = "app"
    image = "nginx:1.27"

    environment = [
      { name = "LOG_LEVEL", value = "info" },
      { name = each.value, value = "example" },
    ]
  }])
}

resource "aws_ecs_task_definition" "failed_empty_value" {
  family = "failed-empty-value"

  container_definitions = jsonencode([{
    name        = "app"
    image       = "nginx:1.27"
    environment = [{ name = "AWS_ACCESS_KEY_ID", value = "" }]
  }])
}

resource "aws_ecs_task_definition" "failed_without_value" {
  family = "failed-without-value"

  container_definitions = jsonencode([{
    name        = "app"
    image       = "nginx:1.27"
    environment = [{ name = "ECS_ENGINE_AUTH_DATA" }]
  }])
}

resource "aws_ecs_task_definition" "failed_sensitive_value" {
  family = "failed-sensitive-value"

  container_definitions = jsonencode([{
    name        = "app"
    image       = "nginx:1.27"
    environment = [{ name = "AWS_SECRET_ACCESS_KEY", value = var.secret_key }]
  }])
}

# The provider matches the member names without regard to case; the values keep theirs.
resource "aws_ecs_task_definition" "failed_member_names_in_any_case" {
  family = "failed-member-names-in-any-case"

  container_definitions = jsonencode([{
    Name        = "app"
    Image       = "nginx:1.27"
    Environment = [{ Name = "AWS_ACCESS_KEY_ID", Value = "example" }]
  }])
}

resource "aws_ecs_task_definition" "failed_sidecar" {
  family = "failed-sidecar"

  container_definitions = jsonencode([
    { name = "app", image = "nginx:1.27" },
    {
      name        = "agent"
      image       = "datadog/agent:7"
      essential   = false
      environment = [{ name = "AWS_ACCESS_KEY_ID", value = "example" }]
    },
  ])
}

resource "aws_ecs_task_definition" "failed_beside_secrets" {
  family = "failed-beside-secrets"

  container_definitions = jsonencode([{
    name        = "app"
    image       = "nginx:1.27"
    environment = [{ name = "AWS_ACCESS_KEY_ID", value = "example" }]

    secrets = [{
      name      = "AWS_SECRET_ACCESS_KEY"
      valueFrom = "arn:aws:ssm:eu-west-1:123456789012:parameter/key"
    }]
  }])
}

resource "aws_ecs_task_definition" "failed_environment_from_a_map" {
  family = "failed-environment-from-a-map"

  container_definitions = jsonencode([{
    name        = "app"
    image       = "nginx:1.27"
    environment = [for name, value in { AWS_ACCESS_KEY_ID = "example" } : { name = name, value = value }]
  }])
}

resource "aws_ecs_task_definition" "failed_on_windows" {
  family = "failed-on-windows"

  container_definitions = jsonencode([{
    name        = "app"
    image       = "iis:latest"
    environment = [{ name = "AWS_ACCESS_KEY_ID", value = "example" }]
  }])

  runtime_platform {
    operating_system_family = "WINDOWS_SERVER_2022_CORE"
  }
}

resource "aws_ecs_task_definition" "unknown_image_hides_the_containers" {
  family = "unknown-image-hides-the-containers"

  container_definitions = jsonencode([{
    name        = "app"
    image       = aws_ecr_repository.app.repository_url
    environment = [{ name = "AWS_ACCESS_KEY_ID", value = "example" }]
  }])
}

resource "aws_ecs_task_definition" "unknown_secret_arn_hides_the_containers" {
  family = "unknown-secret-arn-hides-the-containers"

  container_definitions = jsonencode([{
    name    = "app"
    image   = "nginx:1.27"
    secrets = [{ name = "AWS_ACCESS_KEY_ID", valueFrom = aws_secretsmanager_secret.key.arn }]
  }])
}

resource "aws_ecs_task_definition" "unknown_value_hides_its_name" {
  family = "unknown-value-hides-its-name"

  container_definitions = jsonencode([{
    name        = "app"
    image       = "nginx:1.27"
    environment = [{ name = "AWS_ACCESS_KEY_ID", value = terraform_data.unknown.id }]
  }])
}

resource "aws_ecs_task_definition" "unknown_name" {
  family = "unknown-name"

  container_definitions = jsonencode([{
    name        = "app"
    image       = "nginx:1.27"
    environment = [{ name = terraform_data.unknown.id, value = "example" }]
  }])
}

resource "aws_ecs_task_definition" "not_applicable_empty_container_list" {
  family                = "not-applicable-empty-container-list"
  container_definitions = jsonencode([])
}
