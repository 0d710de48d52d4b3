resource "aws_ecs_task_definition" "some" {
  family                = "some"
  container_definitions = jsonencode([{ name = "app", image = "nginx", readonlyRootFilesystem = true }])
}

# tfcheck:ignore ECS.5 there is none of it here
resource "aws_ecs_task_definition" "none" {
  count                 = 0
  family                = "none"
  container_definitions = jsonencode([{ name = "app", image = "nginx" }])
}

# tfcheck:ignore ECS.5 there is one of it here
resource "aws_ecs_task_definition" "one" {
  count                 = 1
  family                = "one"
  container_definitions = jsonencode([{ name = "app", image = "nginx", readonlyRootFilesystem = true }])
}
