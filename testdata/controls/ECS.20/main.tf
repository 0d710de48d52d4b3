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

locals {
  windows_families = toset([
    "WINDOWS_SERVER_2004_CORE",
    "WINDOWS_SERVER_20H2_CORE",
    "WINDOWS_SERVER_2016_FULL",
    "WINDOWS_SERVER_2019_CORE",
    "WINDOWS_SERVER_2019_FULL",
    "WINDOWS_SERVER_2022_CORE",
    "WINDOWS_SERVER_2022_FULL",
    "WINDOWS_SERVER_2025_CORE",
    "WINDOWS_SERVER_2025_FULL",
  ])
}

resource "terraform_data" "platforms" {
  input = ["WINDOWS_SERVER_2022_CORE"]
}

resource "aws_ecr_repository" "app" {
  name = "app"
}

variable "no_family" {
  type    = string
  default = null
}

locals {
  root_users     = toset(["root", "0", "0:0", "0:1000", "root:root", "root:app"])
  non_root_users = toset(["1000", "1000:0", "app", "app:app", "app:root"])
}

resource "aws_ecs_task_definition" "passed_non_root_user_on_linux" {
  for_each = local.non_root_users

  family                = "passed-non-root-user-on-linux-${replace(each.value, ":", "-")}"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", user = each.value }])

  runtime_platform {
    operating_system_family = "LINUX"
  }
}

resource "aws_ecs_task_definition" "passed_non_root_user_without_family" {
  for_each = local.non_root_users

  family                = "passed-non-root-user-without-family-${replace(each.value, ":", "-")}"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", user = each.value }])
}

resource "aws_ecs_task_definition" "passed_every_container" {
  family = "passed-every-container"

  container_definitions = jsonencode([
    { name = "app", image = "nginx:1.27", user = "1000" },
    { name = "agent", image = "datadog/agent:7", user = "dd-agent" },
  ])
}

# The provider matches the member names without regard to case.
resource "aws_ecs_task_definition" "passed_member_names_in_any_case" {
  family                = "passed-member-names-in-any-case"
  container_definitions = jsonencode([{ Name = "app", Image = "nginx:1.27", User = "1000" }])
}

resource "aws_ecs_task_definition" "passed_unknown_family" {
  family                = "passed-unknown-family"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", user = "1000" }])

  runtime_platform {
    operating_system_family = terraform_data.unknown.id
  }
}

resource "aws_ecs_task_definition" "failed_root_user_on_linux" {
  for_each = local.root_users

  family                = "failed-root-user-on-linux-${replace(each.value, ":", "-")}"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", user = each.value }])

  runtime_platform {
    operating_system_family = "LINUX"
  }
}

resource "aws_ecs_task_definition" "failed_root_user_without_family" {
  for_each = local.root_users

  family                = "failed-root-user-without-family-${replace(each.value, ":", "-")}"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", user = each.value }])
}

resource "aws_ecs_task_definition" "failed_absent_user" {
  family                = "failed-absent-user"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
}

resource "aws_ecs_task_definition" "failed_absent_user_on_linux" {
  family                = "failed-absent-user-on-linux"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])

  runtime_platform {
    operating_system_family = "LINUX"
  }
}

resource "aws_ecs_task_definition" "failed_null_user" {
  family                = "failed-null-user"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", user = null }])
}

resource "aws_ecs_task_definition" "failed_empty_user" {
  family                = "failed-empty-user"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", user = "" }])
}

resource "aws_ecs_task_definition" "failed_member_names_in_any_case" {
  family                = "failed-member-names-in-any-case"
  container_definitions = jsonencode([{ Name = "app", Image = "nginx:1.27", User = "root" }])
}

resource "aws_ecs_task_definition" "failed_sidecar" {
  family = "failed-sidecar"

  container_definitions = jsonencode([
    { name = "app", image = "nginx:1.27", user = "1000" },
    { name = "agent", image = "datadog/agent:7" },
  ])
}

resource "aws_ecs_task_definition" "failed_init_container" {
  family = "failed-init-container"

  container_definitions = jsonencode([
    {
      name      = "app"
      image     = "nginx:1.27"
      user      = "1000"
      dependsOn = [{ containerName = "init", condition = "SUCCESS" }]
    },
    { name = "init", image = "busybox:1.36", essential = false, user = "root" },
  ])
}

# Unlike ECS.1, this control lets nobody opt in.
resource "aws_ecs_task_definition" "failed_privileged_root" {
  family                = "failed-privileged-root"
  network_mode          = "host"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", privileged = true, user = "root" }])
}

resource "aws_ecs_task_definition" "failed_only_cpu_architecture" {
  family                = "failed-only-cpu-architecture"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])

  runtime_platform {
    cpu_architecture = "ARM64"
  }
}

resource "aws_ecs_task_definition" "failed_family_from_a_null_variable" {
  family                = "failed-family-from-a-null-variable"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])

  runtime_platform {
    operating_system_family = var.no_family
  }
}

resource "aws_ecs_task_definition" "unknown_family" {
  family                = "unknown-family"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", user = "root" }])

  runtime_platform {
    operating_system_family = terraform_data.unknown.id
  }
}

resource "aws_ecs_task_definition" "unknown_dynamic_runtime_platform" {
  family                = "unknown-dynamic-runtime-platform"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])

  dynamic "runtime_platform" {
    for_each = terraform_data.platforms.output

    content {
      operating_system_family = runtime_platform.value
    }
  }
}

resource "aws_ecs_task_definition" "unknown_image_hides_the_containers" {
  family                = "unknown-image-hides-the-containers"
  container_definitions = jsonencode([{ name = "app", image = aws_ecr_repository.app.repository_url, user = "root" }])
}

resource "aws_ecs_task_definition" "unknown_image_hides_a_good_container_on_linux" {
  family                = "unknown-image-hides-a-good-container-on-linux"
  container_definitions = jsonencode([{ name = "app", image = aws_ecr_repository.app.repository_url, user = "1000" }])

  runtime_platform {
    operating_system_family = "LINUX"
  }
}

resource "aws_ecs_task_definition" "not_applicable_windows" {
  for_each = local.windows_families

  family                = "not-applicable-windows-${each.value}"
  container_definitions = jsonencode([{ name = "app", image = "iis:latest", user = "root" }])

  runtime_platform {
    operating_system_family = each.value
  }
}

resource "aws_ecs_task_definition" "not_applicable_windows_with_unknown_containers" {
  family                = "not-applicable-windows-with-unknown-containers"
  container_definitions = jsonencode([{ name = "app", image = aws_ecr_repository.app.repository_url }])

  runtime_platform {
    operating_system_family = "WINDOWS_SERVER_2022_CORE"
  }
}

resource "aws_ecs_task_definition" "not_applicable_empty_container_list" {
  family                = "not-applicable-empty-container-list"
  container_definitions = jsonencode([])
}
