# Every place and form that a comment may have; the reason says what it covers.

resource "aws_ecs_task_definition" "lines" {
  family = "lines"
  container_definitions = jsonencode([
    {
      name                   = "on_the_line"
      image                  = "nginx"
      readonlyRootFilesystem = false # tfcheck:ignore ECS.5 this line
    },
    {
      name  = "above_the_line"
      image = "nginx"
      # tfcheck:ignore ECS.5 the next line
      readonlyRootFilesystem = false
    },
    {
      name  = "stack"
      image = "nginx"
      // tfcheck:ignore ECS.5 the next line of code
      // which other comments may come before,
      /* of any
         kind */
      readonlyRootFilesystem = false
      # tfcheck:ignore ECS.4 the line below
      privileged = true
    },
    {
      name                                                                 = "inline"
      image                                                                = "nginx"
      /* tfcheck:ignore ECS.5 before the code */ readonlyRootFilesystem = false
    },
    {
      name                   = "left"
      image                  = "nginx"
      readonlyRootFilesystem = false
    },
  ])
}

resource "aws_ecs_task_definition" "objects" {
  family = "objects"
  container_definitions = jsonencode([
    # tfcheck:ignore ECS.5,ECS.4 this object, and not the next one
    {
      name                   = "above"
      image                  = "nginx"
      readonlyRootFilesystem = false
      privileged             = true
      }, {
      name                   = "left"
      image                  = "nginx"
      readonlyRootFilesystem = false
      privileged             = true
      }, { # tfcheck:ignore ECS.5 ECS.4: the object that begins here
      name       = "on_its_brace"
      image      = "nginx"
      privileged = true
    },
    /*
     * tfcheck:ignore ECS.5 each line of such a comment counts by itself
     * tfcheck:ignore ECS.4 and so does this one
     */
    merge({ name = "merged", image = "nginx" }, {
      privileged = true
    }),
    # tfcheck:ignore ECS.5 both objects of the line
    { name = "one", image = "nginx" }, { name = "other", image = "nginx" },
  ])
}

# tfcheck:ignore ecs.5, ecs.4 until=2026-08-01 the whole resource, today for the last time
resource "aws_ecs_task_definition" "block" {
  family = "block"
  container_definitions = jsonencode([
    { name = "a", image = "nginx" },
    {
      name       = "b"
      image      = "nginx"
      privileged = true
    },
  ])
}

resource "aws_ecs_task_definition" "header" { # tfcheck:ignore ECS.5 the block that begins here
  family                = "header"
  container_definitions = jsonencode([{ name = "a", image = "nginx" }])
}

resource "aws_ecs_task_definition" "attribute" {
  family = "attribute"
  # tfcheck:ignore ECS.5 all containers until=2030-01-01
  container_definitions = <<-JSON
    [
      {"name": "a", "image": "nginx", "readonlyRootFilesystem": false},
      {"name": "b", "image": "nginx"}
    ]
  JSON
}

resource "aws_ecs_task_definition" "conditional" {
  family = "conditional"
  # tfcheck:ignore ECS.5 both arms
  container_definitions = jsonencode(true ? [
    { name = "a", image = "nginx", readonlyRootFilesystem = true }
    ] : [
    { name = "a", image = "nginx", readonlyRootFilesystem = true }
    ]) == "" ? "[]" : jsonencode([
    { name = "b", image = "nginx" }
  ])
}

resource "aws_ecs_task_definition" "secrets" {
  family = "secrets"
  container_definitions = jsonencode([
    {
      name                   = "app"
      image                  = "nginx"
      readonlyRootFilesystem = true
      environment = [
        { name = "AWS_ACCESS_KEY_ID", value = "a" }, # tfcheck:ignore ECS.8 only this variable
        { name = "AWS_SECRET_ACCESS_KEY", value = "a" },
      ]
    },
  ])
  volume {
    name = "a"
    # tfcheck:ignore ECS.18 this block
    efs_volume_configuration {
      file_system_id = "fs-1"
    }
  }
  volume {
    name = "b"
    efs_volume_configuration {
      file_system_id = "fs-2"
    }
  }
}

locals {
  shared = [
    # tfcheck:ignore ECS.5 for all who use it
    { name = "shared", image = "nginx" },
  ]
}

resource "aws_ecs_task_definition" "by_local" {
  for_each              = toset(["x", "y"])
  family                = each.key
  container_definitions = jsonencode(local.shared)
}

resource "aws_ecs_cluster" "one_finding_of_two_values" {
  name = "a" # tfcheck:ignore ECS.4 no control judges this
  # tfcheck:ignore ECS.12 the setting alone decides
  setting {
    name  = "containerInsights"
    value = "disabled"
  }
}
