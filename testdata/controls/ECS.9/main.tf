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

resource "aws_cloudwatch_log_group" "app" {
  name_prefix = "app-"
}

resource "aws_ecs_task_definition" "passed_any_log_driver" {
  for_each = toset([
    "awsfirelens",
    "awslogs",
    "fluentd",
    "gelf",
    "journald",
    "json-file",
    "splunk",
    "syslog",
  ])

  family = "passed-any-log-driver-${each.value}"

  container_definitions = jsonencode([{
    name             = "app"
    image            = "nginx:1.27"
    logConfiguration = { logDriver = each.value }
  }])
}

resource "aws_ecs_task_definition" "passed_with_options" {
  family = "passed-with-options"

  container_definitions = jsonencode([{
    name  = "app"
    image = "nginx:1.27"

    logConfiguration = {
      logDriver = "awslogs"
      options   = { awslogs-group = "app", awslogs-region = "eu-west-1", awslogs-stream-prefix = "app" }
    }
  }])
}

resource "aws_ecs_task_definition" "passed_with_empty_options" {
  family = "passed-with-empty-options"

  container_definitions = jsonencode([{
    name             = "app"
    image            = "nginx:1.27"
    logConfiguration = { logDriver = "awslogs", options = {} }
  }])
}

resource "aws_ecs_task_definition" "passed_log_router_with_its_own_logs" {
  family = "passed-log-router-with-its-own-logs"

  container_definitions = jsonencode([
    {
      name             = "app"
      image            = "nginx:1.27"
      logConfiguration = { logDriver = "awsfirelens" }
    },
    {
      name                  = "router"
      image                 = "amazon/aws-for-fluent-bit:2.32.2"
      firelensConfiguration = { type = "fluentbit" }
      logConfiguration      = { logDriver = "awslogs", options = { awslogs-group = "router" } }
    },
  ])
}

# The provider matches the member names without regard to case.
resource "aws_ecs_task_definition" "passed_member_names_in_any_case" {
  family = "passed-member-names-in-any-case"

  container_definitions = jsonencode([{
    Name             = "app"
    Image            = "nginx:1.27"
    LogConfiguration = { LogDriver = "awslogs" }
  }])
}

resource "aws_ecs_task_definition" "passed_on_windows" {
  family = "passed-on-windows"

  container_definitions = jsonencode([{
    name             = "app"
    image            = "iis:latest"
    logConfiguration = { logDriver = "awslogs" }
  }])

  runtime_platform {
    operating_system_family = "WINDOWS_SERVER_2022_CORE"
  }
}

resource "aws_ecs_task_definition" "failed_absent" {
  family                = "failed-absent"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27" }])
}

resource "aws_ecs_task_definition" "failed_null" {
  family                = "failed-null"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", logConfiguration = null }])
}

resource "aws_ecs_task_definition" "failed_empty_object" {
  family                = "failed-empty-object"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1.27", logConfiguration = {} }])
}

resource "aws_ecs_task_definition" "failed_null_driver" {
  family = "failed-null-driver"

  container_definitions = jsonencode([{
    name             = "app"
    image            = "nginx:1.27"
    logConfiguration = { logDriver = null, options = { awslogs-group = "app" } }
  }])
}

resource "aws_ecs_task_definition" "failed_absent_driver" {
  family = "failed-absent-driver"

  container_definitions = jsonencode([{
    name             = "app"
    image            = "nginx:1.27"
    logConfiguration = { options = { awslogs-group = "app" } }
  }])
}

resource "aws_ecs_task_definition" "failed_empty_driver" {
  family = "failed-empty-driver"

  container_definitions = jsonencode([{
    name             = "app"
    image            = "nginx:1.27"
    logConfiguration = { logDriver = "" }
  }])
}

resource "aws_ecs_task_definition" "failed_blank_driver" {
  family = "failed-blank-driver"

  container_definitions = jsonencode([{
    name             = "app"
    image            = "nginx:1.27"
    logConfiguration = { logDriver = "  " }
  }])
}

resource "aws_ecs_task_definition" "failed_sidecar" {
  family = "failed-sidecar"

  container_definitions = jsonencode([
    {
      name             = "app"
      image            = "nginx:1.27"
      logConfiguration = { logDriver = "awslogs" }
    },
    { name = "agent", image = "datadog/agent:7", essential = false },
  ])
}

resource "aws_ecs_task_definition" "failed_log_router" {
  family = "failed-log-router"

  container_definitions = jsonencode([
    {
      name             = "app"
      image            = "nginx:1.27"
      logConfiguration = { logDriver = "awsfirelens" }
    },
    {
      name                  = "router"
      image                 = "amazon/aws-for-fluent-bit:2.32.2"
      firelensConfiguration = { type = "fluentbit" }
    },
  ])
}

resource "aws_ecs_task_definition" "failed_init_container" {
  family = "failed-init-container"

  container_definitions = jsonencode([
    {
      name             = "app"
      image            = "nginx:1.27"
      dependsOn        = [{ containerName = "init", condition = "SUCCESS" }]
      logConfiguration = { logDriver = "awslogs" }
    },
    { name = "init", image = "busybox:1.36", essential = false },
  ])
}

resource "aws_ecs_task_definition" "failed_member_names_in_any_case" {
  family = "failed-member-names-in-any-case"

  container_definitions = jsonencode([{
    Name             = "app"
    Image            = "nginx:1.27"
    LogConfiguration = { LogDriver = "" }
  }])
}

resource "aws_ecs_task_definition" "failed_on_windows" {
  family                = "failed-on-windows"
  container_definitions = jsonencode([{ name = "app", image = "iis:latest" }])

  runtime_platform {
    operating_system_family = "WINDOWS_SERVER_2022_CORE"
  }
}

resource "aws_ecs_task_definition" "unknown_image_hides_the_containers" {
  family                = "unknown-image-hides-the-containers"
  container_definitions = jsonencode([{ name = "app", image = aws_ecr_repository.app.repository_url }])
}

resource "aws_ecs_task_definition" "unknown_log_group_hides_a_good_container" {
  family = "unknown-log-group-hides-a-good-container"

  container_definitions = jsonencode([{
    name  = "app"
    image = "nginx:1.27"

    logConfiguration = {
      logDriver = "awslogs"
      options   = { awslogs-group = aws_cloudwatch_log_group.app.name }
    }
  }])
}

resource "aws_ecs_task_definition" "unknown_log_group_hides_a_bad_sidecar" {
  family = "unknown-log-group-hides-a-bad-sidecar"

  container_definitions = jsonencode([
    {
      name  = "app"
      image = "nginx:1.27"

      logConfiguration = {
        logDriver = "awslogs"
        options   = { awslogs-group = aws_cloudwatch_log_group.app.name }
      }
    },
    { name = "agent", image = "datadog/agent:7" },
  ])
}

resource "aws_ecs_task_definition" "not_applicable_empty_container_list" {
  family                = "not-applicable-empty-container-list"
  container_definitions = jsonencode([])
}
