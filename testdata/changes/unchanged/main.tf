terraform {
  required_providers { aws = { source = "hashicorp/aws" } }
}
provider "aws" {
  region                      = "us-east-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  skip_region_validation      = true

  default_tags {
    tags = { env = "dev" }
  }
}
resource "aws_ecs_cluster" "keep" { name = "keep" }
resource "aws_ecs_cluster" "old_name" { name = "moved" }
resource "aws_ecs_cluster" "cnt" {
  count = 2
  name  = "cnt${count.index}"
}
resource "aws_ecs_cluster" "gone" { name = "gone" }
resource "aws_ecs_cluster" "forget" { name = "forget" }
resource "aws_ecs_cluster" "taintme" { name = "taintme" }
resource "aws_ecs_task_definition" "app" {
  family                = "app"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1", environment = [{ name = "B", value = "1" }, { name = "A", value = "2" }] }])
}
resource "aws_ecs_task_definition" "same" {
  family                = "same"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1", portMappings = [{ containerPort = 80, protocol = "tcp" }] }])
}
resource "aws_ecs_task_definition" "cbd" {
  family                = "cbd"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1" }])
  lifecycle { create_before_destroy = true }
}
resource "aws_ecs_service" "app" {
  name            = "app"
  cluster         = aws_ecs_cluster.keep.id
  task_definition = aws_ecs_task_definition.app.arn
  desired_count   = 1
  network_configuration {
    subnets          = ["subnet-1", "subnet-2"]
    assign_public_ip = true
  }
}
module "m" {
  source = "./m"
  name   = "mod"
}
