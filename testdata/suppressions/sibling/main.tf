variable "ro" { type = bool }
resource "aws_ecs_task_definition" "t" {
  family = "t"
  container_definitions = jsonencode([
    # tfcheck:ignore ECS.5 writes its cache
    { name = "a", image = "x", readonlyRootFilesystem = false },
    { name = "b", image = "x", readonlyRootFilesystem = var.ro },
  ])
}
