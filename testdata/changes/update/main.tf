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
resource "aws_ecs_cluster" "new_name" { name = "moved" }
moved {
  from = aws_ecs_cluster.old_name
  to   = aws_ecs_cluster.new_name
}
resource "aws_ecs_cluster" "cnt" {
  count = 1
  name  = "cnt${count.index}"
}
removed {
  from = aws_ecs_cluster.forget
  lifecycle { destroy = false }
}
resource "aws_ecs_cluster" "taintme" { name = "taintme" }
import {
  to = aws_ecs_task_definition.imp
  id = "imported"
}
resource "aws_ecs_task_definition" "imp" {
  family                = "imported"
  container_definitions = jsonencode([{ name = "imported", image = "nginx", privileged = true, essential = true }])
}
import {
  to = aws_ecs_cluster.imp2
  id = "imp2"
}
resource "aws_ecs_cluster" "imp2" { name = "imp2" }
resource "aws_ecs_task_definition" "app" {
  family                = "app"
  container_definitions = jsonencode([{ name = "app", image = "nginx:2", privileged = true, environment = [{ name = "B", value = "1" }, { name = "A", value = "2" }] }])
}
resource "aws_ecs_task_definition" "same" {
  family                = "same"
  container_definitions = jsonencode([{ name = "app", image = "nginx:1", essential = true, portMappings = [{ containerPort = 80, hostPort = 0 }] }])
}
resource "aws_ecs_task_definition" "cbd" {
  family                = "cbd"
  container_definitions = jsonencode([{ name = "app", image = "nginx:2", readonlyRootFilesystem = true }])
  lifecycle { create_before_destroy = true }
}
resource "aws_ecs_service" "app" {
  name            = "app"
  cluster         = aws_ecs_cluster.keep.id
  task_definition = aws_ecs_task_definition.app.arn
  desired_count   = 2
  network_configuration {
    subnets          = ["subnet-1", "subnet-2"]
    assign_public_ip = false
  }
}
moved {
  from = module.m
  to   = module.n
}
module "n" {
  source = "./m"
  name   = "mod"
}
