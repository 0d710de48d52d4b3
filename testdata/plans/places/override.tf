resource "aws_ecs_service" "overridden" {
  platform_version = "1.3.0"
}
