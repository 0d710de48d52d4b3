terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
}

variable "db_password" {
  type      = string
  sensitive = true
  default   = "S3CR3T-password"
}

# Nobody marked this one.
variable "access_key" {
  type    = string
  default = "S3CR3T-plain"
}

variable "public" {
  type      = bool
  sensitive = true
  default   = true
}

variable "labels" {
  type      = map(string)
  sensitive = true
  default   = { "S3CR3T-label" = "S3CR3T-value" }
}

# One marked value marks the whole string; the verdicts stand all the same.
resource "aws_ecs_task_definition" "variable" {
  family       = "variable"
  network_mode = "awsvpc"
  tags         = { Token = var.db_password }

  runtime_platform {
    operating_system_family = "LINUX"
  }

  container_definitions = jsonencode([{
    name             = "app"
    image            = "public.ecr.aws/nginx/nginx:1.27"
    user             = "root"
    environment      = [{ name = "DB_PASSWORD", value = var.db_password }]
    logConfiguration = { logDriver = "awslogs" }
  }])
}

resource "aws_ecs_task_definition" "function" {
  family       = "function"
  network_mode = sensitive("host")
  tags         = var.labels

  container_definitions = sensitive(jsonencode([{
    name                   = "S3CR3T-container"
    image                  = "public.ecr.aws/nginx/nginx:1.27"
    user                   = "1000"
    readonlyRootFilesystem = true
    environment = [
      { name = "AWS_SECRET_ACCESS_KEY", value = "S3CR3T-literal" },
      { name = "S3CR3T-variable", value = "1" },
    ]
    logConfiguration = {
      logDriver = "splunk"
      options   = { "splunk-token" = "S3CR3T-token" }
    }
  }]))
}

# In clear everywhere in the plan, and in no list of sensitive values.
resource "aws_ecs_task_definition" "plain" {
  family       = "plain"
  network_mode = "awsvpc"

  container_definitions = jsonencode([{
    name        = "app"
    image       = "public.ecr.aws/nginx/nginx:1.27"
    user        = "1000"
    environment = [{ name = "AWS_ACCESS_KEY_ID", value = var.access_key }]
    secrets     = [{ name = "AWS_SECRET_ACCESS_KEY", valueFrom = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:S3CR3T-name" }]
  }])
}

resource "aws_ecs_cluster" "this" {
  name = "sensitive"
  tags = var.labels

  setting {
    name  = "containerInsights"
    value = sensitive("disabled")
  }
}

resource "aws_ecs_service" "this" {
  name             = "sensitive"
  cluster          = aws_ecs_cluster.this.id
  task_definition  = aws_ecs_task_definition.variable.arn
  launch_type      = sensitive("FARGATE")
  platform_version = sensitive("1.3.0")

  network_configuration {
    subnets          = [sensitive("subnet-0a1b2c3d")]
    assign_public_ip = var.public
  }
}

output "container_definitions" {
  value     = aws_ecs_task_definition.function.container_definitions
  sensitive = true
}

output "access_key" {
  value = var.access_key
}
