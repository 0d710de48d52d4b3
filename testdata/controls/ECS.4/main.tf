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

resource "aws_ecr_repository" "app" {
  name = "app"
}

locals {
  defaults = {
    image      = "nginx:1.27"
    privileged = true
  }
}

resource "aws_ecs_task_definition" "passed_false" {
  family                = "passed-false"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", privileged = false }])
}

resource "aws_ecs_task_definition" "passed_null" {
  family                = "passed-null"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", privileged = null }])
}

resource "aws_ecs_task_definition" "passed_absent" {
  family                = "passed-absent"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
}

resource "aws_ecs_task_definition" "passed_root_on_the_host_network" {
  family                = "passed-root-on-the-host-network"
  network_mode          = "host"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", user = "root" }])
}

# A container has no such member: the provider drops it.
resource "aws_ecs_task_definition" "passed_misspelt_member" {
  family                = "passed-misspelt-member"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", privilege = true }])
}

resource "aws_ecs_task_definition" "passed_overridden_default" {
  family                = "passed-overridden-default"
  container_definitions = jsonencode([merge(local.defaults, { name = "app", privileged = false })])
}

resource "aws_ecs_task_definition" "failed_true" {
  family                = "failed-true"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", privileged = true }])
}

resource "aws_ecs_task_definition" "failed_sidecar" {
  family = "failed-sidecar"

  container_definitions = jsonencode([
    { name = "app", image = "nginx:1.27", privileged = false },
    { name = "agent", image = "datadog/agent:7", privileged = true },
  ])
}

resource "aws_ecs_task_definition" "failed_init_container" {
  family = "failed-init-container"

  container_definitions = jsonencode([
    {
      name      = "app"
      image     = "nginx:1.27"
      dependsOn = [{ containerName = "init", condition = "SUCCESS" }]
    },
    { name = "init", image = "busybox:1.36", essential = false, privileged = true },
  ])
}

# The provider matches the member names without regard to case.
resource "aws_ecs_task_definition" "failed_member_names_in_any_case" {
  family                = "failed-member-names-in-any-case"
  container_definitions = jsonencode([{ Name = "app", Image = "nginx:1.27", Privileged = true }])
}

resource "aws_ecs_task_definition" "failed_default_from_a_local" {
  family                = "failed-default-from-a-local"
  container_definitions = jsonencode([merge(local.defaults, { name = "app" })])
}

resource "aws_ecs_task_definition" "failed_in_a_file" {
  family                = "failed-in-a-file"
  container_definitions = file("${path.module}/containers.json")
}

resource "aws_ecs_task_definition" "failed_in_a_template" {
  family                = "failed-in-a-template"
  container_definitions = templatefile("${path.module}/containers.json.tftpl", { privileged = true })
}

resource "aws_ecs_task_definition" "passed_in_a_template" {
  family                = "passed-in-a-template"
  container_definitions = templatefile("${path.module}/containers.json.tftpl", { privileged = false })
}

# ECS.1 takes this for a deliberate choice; ECS.4 does not.
resource "aws_ecs_task_definition" "failed_on_the_host_network" {
  family                = "failed-on-the-host-network"
  network_mode          = "host"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", privileged = true, user = "1000" }])
}

# ECS refuses it when it is registered, but the control makes no exception for Windows.
resource "aws_ecs_task_definition" "failed_on_windows" {
  family                = "failed-on-windows"
  container_definitions = jsonencode([{ name = "app", image = "iis:2022", privileged = true }])

  runtime_platform {
    operating_system_family = "WINDOWS_SERVER_2022_CORE"
  }
}

resource "aws_ecs_task_definition" "unknown_image_hides_the_containers" {
  family                = "unknown-image-hides-the-containers"
  container_definitions = jsonencode([{ name = "app", image = aws_ecr_repository.app.repository_url, privileged = true }])
}

resource "aws_ecs_task_definition" "unknown_image_hides_a_good_container" {
  family                = "unknown-image-hides-a-good-container"
  container_definitions = jsonencode([{ name = "app", image = aws_ecr_repository.app.repository_url, privileged = false }])
}

resource "aws_ecs_task_definition" "unknown_image_of_one_container_hides_the_other" {
  family = "unknown-image-of-one-container-hides-the-other"

  container_definitions = jsonencode([
    { name = "app", image = aws_ecr_repository.app.repository_url },
    { name = "agent", image = "datadog/agent:7", privileged = true },
  ])
}

resource "aws_ecs_task_definition" "not_applicable_empty_container_list" {
  family                = "not-applicable-empty-container-list"
  container_definitions = jsonencode([])
}
