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

# Answers that come with the apply.
resource "terraform_data" "answer" {
  for_each         = toset(["insights", "protection", "provider", "public", "encryption"])
  input            = each.key
  triggers_replace = each.key
}

resource "aws_vpc" "this" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "new" {
  vpc_id     = aws_vpc.this.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_security_group" "web" {
  name   = "web"
  vpc_id = aws_vpc.this.id
}

# One of the subnets is unknown, and so is the one security group; the public address is not.
resource "aws_ecs_service" "subnets" {
  name            = "subnets"
  cluster         = "elsewhere"
  task_definition = "web:1"
  launch_type     = "FARGATE"
  tags            = { Team = "web", Vpc = aws_vpc.this.id }

  network_configuration {
    subnets          = ["subnet-0a1b2c3d", aws_subnet.new.id]
    security_groups  = [aws_security_group.web.id]
    assign_public_ip = true
  }
}

resource "aws_ecs_service" "subnets_private" {
  name            = "subnets-private"
  cluster         = "elsewhere"
  task_definition = "web:1"
  launch_type     = "FARGATE"

  network_configuration {
    subnets         = [aws_subnet.new.id, "subnet-0a1b2c3d"]
    security_groups = terraform_data.answer["public"].output[*]
  }
}

resource "aws_ecs_service" "public" {
  name            = "public"
  cluster         = "elsewhere"
  task_definition = "web:1"
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = ["subnet-0a1b2c3d"]
    assign_public_ip = terraform_data.answer["public"].output == "yes"
  }
}

# --- strategies

resource "aws_ecs_service" "strategy" {
  name            = "strategy"
  cluster         = "elsewhere"
  task_definition = "web:1"

  capacity_provider_strategy {
    capacity_provider = terraform_data.answer["provider"].output
    weight            = 1
  }
}

resource "aws_ecs_service" "strategy_old_platform" {
  name             = "strategy-old-platform"
  cluster          = "elsewhere"
  task_definition  = "web:1"
  platform_version = "1.3.0"

  capacity_provider_strategy {
    capacity_provider = terraform_data.answer["provider"].output
    weight            = 1
  }
}

# One name is enough to know that it is Fargate.
resource "aws_ecs_service" "strategy_fargate_and_unknown" {
  name             = "strategy-fargate-and-unknown"
  cluster          = "elsewhere"
  task_definition  = "web:1"
  platform_version = "1.3.0"

  capacity_provider_strategy {
    capacity_provider = "FARGATE"
    base              = 1
  }

  capacity_provider_strategy {
    capacity_provider = terraform_data.answer["provider"].output
    weight            = 1
  }
}

# The name is known, the weight is not.
resource "aws_ecs_service" "strategy_weight" {
  name             = "strategy-weight"
  cluster          = "elsewhere"
  task_definition  = "web:1"
  platform_version = "1.3.0"

  capacity_provider_strategy {
    capacity_provider = "FARGATE_SPOT"
    weight            = length(terraform_data.answer["provider"].output)
  }
}

# --- settings

resource "aws_ecs_cluster" "setting" {
  name = "setting"
  tags = { (terraform_data.answer["public"].id) = "unknown key" }

  setting {
    name  = "containerInsights"
    value = terraform_data.answer["insights"].output
  }
}

resource "aws_ecs_cluster" "settings" {
  name = "settings"

  setting {
    name  = "containerInsights"
    value = "enhanced"
  }

  setting {
    name  = "futureSetting"
    value = terraform_data.answer["insights"].output
  }
}

resource "aws_ecs_cluster" "settings_reversed" {
  name = "settings-reversed"

  setting {
    name  = "futureSetting"
    value = "enabled"
  }

  setting {
    name  = "containerInsights"
    value = terraform_data.answer["insights"].output
  }
}

# --- volumes

resource "aws_ecs_task_definition" "volumes_failing" {
  family       = "volumes-failing"
  network_mode = "awsvpc"

  volume {
    name = "unknown"

    efs_volume_configuration {
      file_system_id     = "fs-0a1b2c3d"
      transit_encryption = terraform_data.answer["encryption"].output
    }
  }

  volume {
    name = "unencrypted"

    efs_volume_configuration {
      file_system_id     = "fs-1b2c3d4e"
      transit_encryption = "DISABLED"
    }
  }

  container_definitions = jsonencode([{
    name                   = "app"
    image                  = "public.ecr.aws/nginx/nginx:1.27"
    user                   = "root"
    readonlyRootFilesystem = true
    logConfiguration       = { logDriver = "awslogs" }
  }])
}

resource "aws_ecs_task_definition" "volumes_undecided" {
  family       = terraform_data.answer["public"].output
  network_mode = terraform_data.answer["public"].output
  pid_mode     = terraform_data.answer["public"].output

  volume {
    name = "unknown"

    efs_volume_configuration {
      file_system_id     = "fs-0a1b2c3d"
      transit_encryption = terraform_data.answer["encryption"].output
    }
  }

  volume {
    name = "encrypted"

    efs_volume_configuration {
      file_system_id     = "fs-1b2c3d4e"
      transit_encryption = "ENABLED"
    }
  }

  volume {
    name = "scratch"
  }

  runtime_platform {
    operating_system_family = terraform_data.answer["public"].output
    cpu_architecture        = "X86_64"
  }

  container_definitions = jsonencode([{
    name             = "app"
    image            = "public.ecr.aws/nginx/nginx:1.27"
    user             = "containeradministrator"
    logConfiguration = { logDriver = "awslogs" }
  }])
}

# --- the rest

resource "aws_ecs_capacity_provider" "protection" {
  name = "protection"

  auto_scaling_group_provider {
    auto_scaling_group_arn         = "arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:8f3c:autoScalingGroupName/x"
    managed_termination_protection = terraform_data.answer["protection"].output
  }
}

resource "aws_ecs_capacity_provider" "protection_omitted" {
  name = "protection-omitted"

  auto_scaling_group_provider {
    auto_scaling_group_arn = terraform_data.answer["protection"].output
  }
}

resource "aws_ecs_task_set" "public" {
  service         = aws_ecs_service.public.id
  cluster         = "elsewhere"
  task_definition = "web:1"

  network_configuration {
    subnets          = [aws_subnet.new.id]
    security_groups  = [aws_security_group.web.id]
    assign_public_ip = terraform_data.answer["public"].output == "yes"
  }
}

resource "aws_ecs_task_set" "private" {
  service         = aws_ecs_service.public.id
  cluster         = "elsewhere"
  task_definition = "web:1"

  network_configuration {
    subnets = ["subnet-0a1b2c3d", aws_subnet.new.id]
  }
}
