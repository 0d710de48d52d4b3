# What is unknown here may fail elsewhere: its comments are not called unused.

variable "readonly" {
  type = bool
}

resource "aws_ecs_task_definition" "unknown" {
  family = "unknown"
  container_definitions = jsonencode([
    # tfcheck:ignore ECS.5 depends on the variable
    { name = "app", image = "nginx", readonlyRootFilesystem = var.readonly },
  ])
  # tfcheck:ignore ECS.3 decided, and passes
  pid_mode = "task"
}

module "none" {
  source = "./none"
}
