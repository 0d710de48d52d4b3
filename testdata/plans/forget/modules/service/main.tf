resource "aws_ecs_task_definition" "this" {
  family       = "legacy"
  network_mode = "host"

  container_definitions = jsonencode([{
    name   = "legacy"
    image  = "public.ecr.aws/nginx/nginx:1.19"
    memory = 64
  }])
}

resource "aws_ecs_service" "this" {
  name            = "legacy"
  cluster         = "legacy"
  task_definition = aws_ecs_task_definition.this.arn
  launch_type     = "EC2"
}
