resource "aws_ecs_task_definition" "this" {
  count  = 2
  family = "task"
  container_definitions = jsonencode([
    { name = "app", image = "nginx", privileged = true },
  ])
}
