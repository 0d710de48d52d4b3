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

resource "aws_ecs_task_definition" "passed_true" {
  family                = "passed-true"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", readonlyRootFilesystem = true }])
}

resource "aws_ecs_task_definition" "passed_on_linux" {
  family                = "passed-on-linux"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", readonlyRootFilesystem = true }])

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "X86_64"
  }
}

resource "aws_ecs_task_definition" "passed_every_container" {
  family = "passed-every-container"

  container_definitions = jsonencode([
    { name = "app", image = "nginx:1.27", readonlyRootFilesystem = true },
    { name = "agent", image = "datadog/agent:7", readonlyRootFilesystem = true, essential = false },
  ])
}

# The provider matches the member names without regard to case.
resource "aws_ecs_task_definition" "passed_member_names_in_any_case" {
  family                = "passed-member-names-in-any-case"
  container_definitions = jsonencode([{ Name = "app", Image = "nginx:1.27", ReadOnlyRootFileSystem = true }])
}

resource "aws_ecs_task_definition" "passed_unknown_family" {
  family                = "passed-unknown-family"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", readonlyRootFilesystem = true }])

  runtime_platform {
    operating_system_family = terraform_data.unknown.id
  }
}

resource "aws_ecs_task_definition" "failed_false" {
  family                = "failed-false"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", readonlyRootFilesystem = false }])
}

resource "aws_ecs_task_definition" "failed_absent" {
  family                = "failed-absent"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
}

resource "aws_ecs_task_definition" "failed_null" {
  family                = "failed-null"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", readonlyRootFilesystem = null }])
}

# The provider drops a member that it does not know.
resource "aws_ecs_task_definition" "failed_misspelt_member" {
  family                = "failed-misspelt-member"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", readonlyFilesystem = true }])
}

resource "aws_ecs_task_definition" "failed_member_names_in_any_case" {
  family                = "failed-member-names-in-any-case"
  container_definitions = jsonencode([{ Name = "app", Image = "nginx:1.27", ReadonlyRootFilesystem = false }])
}

resource "aws_ecs_task_definition" "failed_sidecar" {
  family = "failed-sidecar"

  container_definitions = jsonencode([
    { name = "app", image = "nginx:1.27", readonlyRootFilesystem = true },
    { name = "agent", image = "datadog/agent:7" },
  ])
}

resource "aws_ecs_task_definition" "failed_log_router" {
  family = "failed-log-router"

  container_definitions = jsonencode([
    {
      name                   = "app"
      image                  = "nginx:1.27"
      readonlyRootFilesystem = true
      logConfiguration       = { logDriver = "awsfirelens" }
    },
    {
      name                  = "router"
      image                 = "amazon/aws-for-fluent-bit:2.32.2"
      firelensConfiguration = { type = "fluentbit" }
    },
  ])
}

resource "aws_ecs_task_definition" "failed_on_linux" {
  family                = "failed-on-linux"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])

  runtime_platform {
    operating_system_family = "LINUX"
  }
}

resource "aws_ecs_task_definition" "failed_only_cpu_architecture" {
  family                = "failed-only-cpu-architecture"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])

  runtime_platform {
    cpu_architecture = "ARM64"
  }
}

resource "aws_ecs_task_definition" "failed_empty_runtime_platform" {
  family                = "failed-empty-runtime-platform"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])

  runtime_platform {}
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
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])

  dynamic "runtime_platform" {
    for_each = terraform_data.platforms.output

    content {
      operating_system_family = runtime_platform.value
    }
  }
}

resource "aws_ecs_task_definition" "unknown_image_hides_the_containers" {
  family = "unknown-image-hides-the-containers"

  container_definitions = jsonencode([{
    name                   = "app"
    image                  = aws_ecr_repository.app.repository_url
    readonlyRootFilesystem = false
  }])
}

resource "aws_ecs_task_definition" "unknown_image_hides_a_good_container" {
  family = "unknown-image-hides-a-good-container"

  container_definitions = jsonencode([{
    name                   = "app"
    image                  = aws_ecr_repository.app.repository_url
    readonlyRootFilesystem = true
  }])
}

resource "aws_ecs_task_definition" "not_applicable_windows" {
  for_each = local.windows_families

  family                = "not-applicable-windows-${each.value}"
  container_definitions = jsonencode([{ name = "app", image = "iis:latest" }])

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
