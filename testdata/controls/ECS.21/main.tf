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

resource "aws_ecs_task_definition" "passed_windows" {
  for_each = local.windows_families

  family                = "passed-windows-${each.value}"
  container_definitions = jsonencode([{ name = "app", image = "iis:latest", user = "ContainerUser" }])

  runtime_platform {
    operating_system_family = each.value
  }
}

resource "aws_ecs_task_definition" "passed_other_user" {
  for_each = {
    domain = "EXAMPLE\\svc-app"
    root   = "root"
    system = "NT AUTHORITY\\SYSTEM"
  }

  family                = "passed-other-user-${each.key}"
  container_definitions = jsonencode([{ name = "app", image = "iis:latest", user = each.value }])

  runtime_platform {
    operating_system_family = "WINDOWS_SERVER_2022_CORE"
  }
}

resource "aws_ecs_task_definition" "passed_user_without_family" {
  for_each = toset(["1000", "root"])

  family                = "passed-user-without-family-${each.value}"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", user = each.value }])
}

# The provider matches the member names without regard to case.
resource "aws_ecs_task_definition" "passed_member_names_in_any_case" {
  family                = "passed-member-names-in-any-case"
  container_definitions = jsonencode([{ Name = "app", Image = "iis:latest", USER = "ContainerUser" }])

  runtime_platform {
    operating_system_family = "WINDOWS_SERVER_2022_CORE"
  }
}

resource "aws_ecs_task_definition" "passed_unknown_family" {
  family                = "passed-unknown-family"
  container_definitions = jsonencode([{ name = "app", image = "iis:latest", user = "ContainerUser" }])

  runtime_platform {
    operating_system_family = terraform_data.unknown.id
  }
}

resource "aws_ecs_task_definition" "failed_windows" {
  for_each = local.windows_families

  family                = "failed-windows-${each.value}"
  container_definitions = jsonencode([{ name = "app", image = "iis:latest", user = "containeradministrator" }])

  runtime_platform {
    operating_system_family = each.value
  }
}

# Windows does not regard the case of user names.
resource "aws_ecs_task_definition" "failed_administrator_in_any_case" {
  for_each = toset(["ContainerAdministrator", "CONTAINERADMINISTRATOR"])

  family                = "failed-administrator-in-any-case-${each.value}"
  container_definitions = jsonencode([{ name = "app", image = "iis:latest", user = each.value }])

  runtime_platform {
    operating_system_family = "WINDOWS_SERVER_2022_CORE"
  }
}

resource "aws_ecs_task_definition" "failed_absent_user" {
  family                = "failed-absent-user"
  container_definitions = jsonencode([{ name = "app", image = "iis:latest" }])

  runtime_platform {
    operating_system_family = "WINDOWS_SERVER_2022_CORE"
  }
}

resource "aws_ecs_task_definition" "failed_null_user" {
  family                = "failed-null-user"
  container_definitions = jsonencode([{ name = "app", image = "iis:latest", user = null }])

  runtime_platform {
    operating_system_family = "WINDOWS_SERVER_2022_CORE"
  }
}

resource "aws_ecs_task_definition" "failed_empty_user" {
  family                = "failed-empty-user"
  container_definitions = jsonencode([{ name = "app", image = "iis:latest", user = "" }])

  runtime_platform {
    operating_system_family = "WINDOWS_SERVER_2022_CORE"
  }
}

resource "aws_ecs_task_definition" "failed_sidecar" {
  family = "failed-sidecar"

  container_definitions = jsonencode([
    { name = "app", image = "iis:latest", user = "ContainerUser" },
    { name = "agent", image = "datadog/agent:7", essential = false },
  ])

  runtime_platform {
    operating_system_family = "WINDOWS_SERVER_2022_CORE"
  }
}

# A family that is not configured is judged by ECS.20 and by ECS.21.
resource "aws_ecs_task_definition" "failed_absent_user_without_family" {
  family                = "failed-absent-user-without-family"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
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
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])

  runtime_platform {
    operating_system_family = terraform_data.unknown.id
  }
}

resource "aws_ecs_task_definition" "unknown_dynamic_runtime_platform" {
  family                = "unknown-dynamic-runtime-platform"
  container_definitions = jsonencode([{ name = "app", image = "iis:latest", user = "ContainerAdministrator" }])

  dynamic "runtime_platform" {
    for_each = terraform_data.platforms.output

    content {
      operating_system_family = runtime_platform.value
    }
  }
}

resource "aws_ecs_task_definition" "unknown_image_hides_the_containers" {
  family                = "unknown-image-hides-the-containers"
  container_definitions = jsonencode([{ name = "app", image = aws_ecr_repository.app.repository_url }])

  runtime_platform {
    operating_system_family = "WINDOWS_SERVER_2022_CORE"
  }
}

resource "aws_ecs_task_definition" "unknown_image_hides_the_containers_without_family" {
  family                = "unknown-image-hides-the-containers-without-family"
  container_definitions = jsonencode([{ name = "app", image = aws_ecr_repository.app.repository_url, user = "1000" }])
}

resource "aws_ecs_task_definition" "not_applicable_linux" {
  family                = "not-applicable-linux"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "ARM64"
  }
}

resource "aws_ecs_task_definition" "not_applicable_linux_administrator" {
  family                = "not-applicable-linux-administrator"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", user = "containeradministrator" }])

  runtime_platform {
    operating_system_family = "LINUX"
  }
}

resource "aws_ecs_task_definition" "not_applicable_linux_with_unknown_containers" {
  family                = "not-applicable-linux-with-unknown-containers"
  container_definitions = jsonencode([{ name = "app", image = aws_ecr_repository.app.repository_url }])

  runtime_platform {
    operating_system_family = "LINUX"
  }
}

resource "aws_ecs_task_definition" "not_applicable_empty_container_list" {
  family = "not-applicable-empty-container-list"

  container_definitions = jsonencode([])

  runtime_platform {
    operating_system_family = "WINDOWS_SERVER_2022_CORE"
  }
}
