resource "aws_ecs_task_definition" "this" {
  family = "task"
  container_definitions = jsonencode([
    { name = "app", image = "nginx", privileged = true },
  ])
}
