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
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
}

# Moved, with its failures, one of which is mended on the way.
resource "aws_ecs_cluster" "new_name" {
  name = "moved"
  tags = { team = "web" }
}

moved {
  from = aws_ecs_cluster.old_name
  to   = aws_ecs_cluster.new_name
}

# Fails, and is left behind: it goes on failing.
removed {
  from = aws_ecs_cluster.forgotten

  lifecycle {
    destroy = false
  }
}

# Replaced, and fails as before: the state knows the setting, the plan does not.
resource "aws_ecs_cluster" "replaced" {
  name = "replaced-by-another"
}

# Gets the setting and a tag.
resource "aws_ecs_cluster" "mended" {
  name = "mended"
  tags = { team = "web" }

  setting {
    name  = "containerInsights"
    value = "enhanced"
  }
}

# Loses both.
resource "aws_ecs_cluster" "broken" {
  name = "broken"

  setting {
    name  = "containerInsights"
    value = "disabled"
  }
}

# A second container fails where one did already.
resource "aws_ecs_task_definition" "container_added" {
  family       = "container-added"
  network_mode = "awsvpc"
  tags         = { team = "web" }

  runtime_platform {
    operating_system_family = "LINUX"
  }

  container_definitions = jsonencode([
    { name = "app", image = "app:1", user = "1000", logConfiguration = { logDriver = "awslogs" } },
    { name = "proxy", image = "proxy:1", user = "1000" },
  ])
}

# One of two failing containers is mended: the failure stays.
resource "aws_ecs_task_definition" "container_mended" {
  family       = "container-mended"
  network_mode = "awsvpc"
  tags         = { team = "web" }

  runtime_platform {
    operating_system_family = "LINUX"
  }

  container_definitions = jsonencode([
    { name = "app", image = "app:1", user = "1000", logConfiguration = { logDriver = "awslogs" } },
    {
      name                   = "log"
      image                  = "log:1"
      user                   = "1000"
      readonlyRootFilesystem = true
      logConfiguration       = { logDriver = "awslogs" }
    },
  ])
}

# The failing container gets another name.
resource "aws_ecs_task_definition" "container_renamed" {
  family       = "container-renamed"
  network_mode = "awsvpc"
  tags         = { team = "web" }

  runtime_platform {
    operating_system_family = "LINUX"
  }

  container_definitions = jsonencode([
    { name = "web", image = "app:1", user = "1000", logConfiguration = { logDriver = "awslogs" } },
  ])
}

# A second credential in the environment of a container that has one already.
resource "aws_ecs_task_definition" "credential_added" {
  family       = "credential-added"
  network_mode = "awsvpc"
  tags         = { team = "web" }

  runtime_platform {
    operating_system_family = "LINUX"
  }

  container_definitions = jsonencode([{
    name                   = "app"
    image                  = "app:1"
    user                   = "1000"
    readonlyRootFilesystem = true
    logConfiguration       = { logDriver = "awslogs" }
    environment = [
      { name = "AWS_ACCESS_KEY_ID", value = "not-a-key" },
      { name = "AWS_SECRET_ACCESS_KEY", value = "not-a-key" },
    ]
  }])
}

# New, and fails.
resource "aws_ecs_cluster" "new" {
  name = "new"
}

# The image becomes unknown, and with it everything about the containers.
resource "aws_ecs_task_definition" "image_unknown" {
  family       = "image-unknown"
  network_mode = "awsvpc"
  tags         = { team = "web" }

  runtime_platform {
    operating_system_family = "LINUX"
  }

  container_definitions = jsonencode([{
    name             = "app"
    image            = "app:${aws_ecs_cluster.new.id}"
    user             = "1000"
    logConfiguration = { logDriver = "awslogs" }
  }])
}

# Becomes sensitive: its containers have no names in reports any more, but fail as before.
resource "aws_ecs_task_definition" "made_sensitive" {
  family       = "made-sensitive"
  network_mode = "awsvpc"
  tags         = { team = "web" }

  runtime_platform {
    operating_system_family = "LINUX"
  }

  container_definitions = sensitive(jsonencode([{
    name             = "app"
    image            = "app:1"
    user             = "1000"
    logConfiguration = { logDriver = "awslogs" }
  }]))
}

# Goes from one stale platform version to another; its task definition is replaced.
resource "aws_ecs_service" "stale_platform" {
  name             = "stale-platform"
  launch_type      = "FARGATE"
  platform_version = "1.2.0"
  task_definition  = aws_ecs_task_definition.container_mended.arn
  tags             = { team = "web" }
}

# Its tag is a resource of its own, which goes.
resource "aws_ecs_cluster" "tag_removed" {
  name = "tag-removed"

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

module "service" {
  source   = "./service"
  for_each = { api = true }

  name   = each.key
  public = each.value
}

moved {
  from = module.service
  to   = module.service["api"]
}
