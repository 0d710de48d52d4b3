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

locals {
  no_network_mode = null
}

resource "aws_ecs_task_definition" "passed_privileged_opts_in" {
  family                = "passed-privileged-opts-in"
  network_mode          = "host"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", privileged = true }])
}

resource "aws_ecs_task_definition" "passed_privileged_root" {
  family                = "passed-privileged-root"
  network_mode          = "host"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", privileged = true, user = "root" }])
}

resource "aws_ecs_task_definition" "passed_non_root_user" {
  for_each = toset(["1000", "1000:0", "1000:root", "app", "app:root", "Root"])

  family                = "passed-non-root-user-${replace(each.value, ":", "-")}"
  network_mode          = "host"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", user = each.value }])
}

resource "aws_ecs_task_definition" "passed_each_container_in_its_own_way" {
  family       = "passed-each-container-in-its-own-way"
  network_mode = "host"

  container_definitions = jsonencode([
    { name = "app", image = "nginx:1.27", user = "1000" },
    { name = "agent", image = "datadog/agent:7", privileged = true },
  ])
}

# The provider matches the member names without regard to case.
resource "aws_ecs_task_definition" "passed_member_names_in_any_case" {
  family                = "passed-member-names-in-any-case"
  network_mode          = "host"
  container_definitions = jsonencode([{ Name = "app", Image = "nginx:1.27", USER = "1000" }])
}

resource "aws_ecs_task_definition" "passed_unknown_network_mode_without_root" {
  family                = "passed-unknown-network-mode-without-root"
  network_mode          = terraform_data.unknown.id
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", user = "1000" }])
}

resource "aws_ecs_task_definition" "failed_root_user" {
  for_each = toset(["root", "0", "0:0", "0:1000", "root:root", "root:app"])

  family                = "failed-root-user-${replace(each.value, ":", "-")}"
  network_mode          = "host"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", user = each.value }])
}

resource "aws_ecs_task_definition" "failed_absent_user" {
  family                = "failed-absent-user"
  network_mode          = "host"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
}

resource "aws_ecs_task_definition" "failed_null_user" {
  family                = "failed-null-user"
  network_mode          = "host"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", user = null }])
}

resource "aws_ecs_task_definition" "failed_empty_user" {
  family                = "failed-empty-user"
  network_mode          = "host"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", user = "" }])
}

resource "aws_ecs_task_definition" "failed_not_privileged_root" {
  family                = "failed-not-privileged-root"
  network_mode          = "host"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", privileged = false, user = "root" }])
}

resource "aws_ecs_task_definition" "failed_null_privileged" {
  family                = "failed-null-privileged"
  network_mode          = "host"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", privileged = null }])
}

resource "aws_ecs_task_definition" "failed_member_names_in_any_case" {
  family                = "failed-member-names-in-any-case"
  network_mode          = "host"
  container_definitions = jsonencode([{ Name = "app", Image = "nginx:1.27", Privileged = false, User = "root" }])
}

resource "aws_ecs_task_definition" "failed_sidecar" {
  family       = "failed-sidecar"
  network_mode = "host"

  container_definitions = jsonencode([
    { name = "app", image = "nginx:1.27", privileged = true },
    { name = "proxy", image = "envoyproxy/envoy:v1.31.0", user = "root" },
  ])
}

resource "aws_ecs_task_definition" "failed_init_container" {
  family       = "failed-init-container"
  network_mode = "host"

  container_definitions = jsonencode([
    {
      name      = "app"
      image     = "nginx:1.27"
      user      = "1000"
      dependsOn = [{ containerName = "init", condition = "SUCCESS" }]
    },
    { name = "init", image = "busybox:1.36", essential = false },
  ])
}

resource "aws_ecs_task_definition" "failed_heredoc" {
  family       = "failed-heredoc"
  network_mode = "host"

  container_definitions = <<-JSON
    [
      {
        "name": "app",
        "image": "nginx:1.27",
        "user": "root"
      }
    ]
  JSON
}

resource "aws_ecs_task_definition" "unknown_network_mode" {
  family                = "unknown-network-mode"
  network_mode          = terraform_data.unknown.id
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", user = "root" }])
}

# The value is null, but plan JSON does not hold locals.
resource "aws_ecs_task_definition" "unknown_network_mode_from_a_local" {
  family                = "unknown-network-mode-from-a-local"
  network_mode          = local.no_network_mode
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", user = "root" }])
}

resource "aws_ecs_task_definition" "unknown_image_hides_the_containers" {
  family                = "unknown-image-hides-the-containers"
  network_mode          = "host"
  container_definitions = jsonencode([{ name = "app", image = aws_ecr_repository.app.repository_url, user = "root" }])
}

resource "aws_ecs_task_definition" "unknown_image_in_a_heredoc_hides_the_containers" {
  family       = "unknown-image-in-a-heredoc-hides-the-containers"
  network_mode = "host"

  container_definitions = <<-JSON
    [
      {
        "name": "app",
        "image": "${aws_ecr_repository.app.repository_url}:v1",
        "user": "1000"
      }
    ]
  JSON
}

resource "aws_ecs_task_definition" "unknown_network_mode_and_containers" {
  family                = "unknown-network-mode-and-containers"
  network_mode          = terraform_data.unknown.id
  container_definitions = jsonencode([{ name = "app", image = aws_ecr_repository.app.repository_url }])
}

resource "aws_ecs_task_definition" "not_applicable_network_mode" {
  for_each = toset(["awsvpc", "bridge", "none"])

  family                = "not-applicable-network-mode-${each.value}"
  network_mode          = each.value
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", user = "root" }])
}

resource "aws_ecs_task_definition" "not_applicable_omitted_network_mode" {
  family                = "not-applicable-omitted-network-mode"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", user = "root" }])
}

resource "aws_ecs_task_definition" "not_applicable_network_mode_from_a_null_variable" {
  family                = "not-applicable-network-mode-from-a-null-variable"
  network_mode          = var.no_network_mode
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", user = "root" }])
}

resource "aws_ecs_task_definition" "not_applicable_awsvpc_with_unknown_containers" {
  family                = "not-applicable-awsvpc-with-unknown-containers"
  network_mode          = "awsvpc"
  container_definitions = jsonencode([{ name = "app", image = aws_ecr_repository.app.repository_url, user = "root" }])
}

resource "aws_ecs_task_definition" "not_applicable_empty_container_list" {
  family                = "not-applicable-empty-container-list"
  network_mode          = "host"
  container_definitions = jsonencode([])
}

resource "aws_ecs_task_definition" "not_applicable_unknown_network_mode_without_containers" {
  family                = "not-applicable-unknown-network-mode-without-containers"
  network_mode          = terraform_data.unknown.id
  container_definitions = jsonencode([])
}
