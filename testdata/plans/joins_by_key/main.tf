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

locals {
  shards = {
    serverless = "FARGATE"
    machines   = null
  }
}

resource "aws_ecs_cluster" "shard" {
  for_each = local.shards
  name     = each.key
}

# Only one of the two has a default strategy.
resource "aws_ecs_cluster_capacity_providers" "shard" {
  for_each           = { for name, provider in local.shards : name => provider if provider != null }
  cluster_name       = aws_ecs_cluster.shard[each.key].name
  capacity_providers = [each.value]

  default_capacity_provider_strategy {
    capacity_provider = each.value
  }
}

# The name is known at once, so each service finds its own cluster.
resource "aws_ecs_service" "by_name" {
  for_each         = local.shards
  name             = "by-name"
  cluster          = aws_ecs_cluster.shard[each.key].name
  task_definition  = "app:1"
  platform_version = "1.3.0"
}

# The id is not, and of the key the plan keeps only that there is one.
resource "aws_ecs_service" "by_id" {
  for_each         = local.shards
  name             = "by-id"
  cluster          = aws_ecs_cluster.shard[each.key].id
  task_definition  = "app:1"
  platform_version = "1.3.0"
}

# The same, where nothing can fail.
resource "aws_ecs_service" "by_id_latest" {
  for_each        = toset(["serverless"])
  name            = "by-id-latest"
  cluster         = aws_ecs_cluster.shard[each.key].id
  task_definition = "app:1"
}

# A literal key is kept.
resource "aws_ecs_service" "by_literal" {
  name             = "by-literal"
  cluster          = aws_ecs_cluster.shard["serverless"].id
  task_definition  = "app:1"
  platform_version = "1.3.0"
}

resource "aws_ecs_service" "by_other_literal" {
  name             = "by-other-literal"
  cluster          = aws_ecs_cluster.shard["machines"].id
  task_definition  = "app:1"
  platform_version = "1.3.0"
}

# These are alike: whichever it is, the answer is the same.
resource "aws_ecs_cluster" "pool" {
  count = 2
  name  = "pool-${count.index}"
}

resource "aws_ecs_cluster_capacity_providers" "pool" {
  count              = 2
  cluster_name       = aws_ecs_cluster.pool[count.index].name
  capacity_providers = ["FARGATE_SPOT"]

  default_capacity_provider_strategy {
    capacity_provider = "FARGATE_SPOT"
  }
}

resource "aws_ecs_service" "pool" {
  count            = 2
  name             = "pool-${count.index}"
  cluster          = aws_ecs_cluster.pool[count.index].id
  task_definition  = "app:1"
  platform_version = "1.3.0"
}

# The other way round: the plan does not tell this one from the one above.
resource "aws_ecs_service" "pool_reversed" {
  count            = 2
  name             = "pool-reversed-${count.index}"
  cluster          = aws_ecs_cluster.pool[1 - count.index].id
  task_definition  = "app:1"
  platform_version = "1.3.0"
}

# Two systems, one index.
resource "aws_ecs_task_definition" "system" {
  count        = 2
  family       = "system-${count.index}"
  network_mode = "awsvpc"

  runtime_platform {
    operating_system_family = count.index == 0 ? "LINUX" : "WINDOWS_SERVER_2022_CORE"
  }

  container_definitions = jsonencode([{
    name  = "app"
    image = "public.ecr.aws/nginx/nginx:1.27"
    user  = "ContainerUser"
  }])
}

resource "aws_ecs_service" "system" {
  count            = 2
  name             = "system-${count.index}"
  cluster          = aws_ecs_cluster.pool[0].id
  task_definition  = aws_ecs_task_definition.system[1].arn
  launch_type      = "FARGATE"
  platform_version = "1.${count.index}.0"
}

resource "aws_ecs_service" "system_by_index" {
  count            = 2
  name             = "system-by-index-${count.index}"
  cluster          = aws_ecs_cluster.pool[0].id
  task_definition  = aws_ecs_task_definition.system[count.index].arn
  launch_type      = "FARGATE"
  platform_version = "1.0.0"
}
