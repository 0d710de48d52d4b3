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
  all = { for name in ["x", "y"] : name => { name = name, image = "nginx:1.27", user = name == "x" ? "root" : "1000" } }
}

resource "aws_ecs_task_definition" "values" {
  family                = "values"
  container_definitions = jsonencode(values(local.all))
}

resource "aws_ecs_task_definition" "flatten" {
  family                = "flatten"
  container_definitions = jsonencode(flatten([[local.all["y"]], [local.all.x, { name = "z", image = "nginx:1.27", user = "0" }]]))
}

# Each container is encoded by itself.
resource "aws_ecs_task_definition" "encoded" {
  family                = "encoded"
  container_definitions = "[${join(",", [for one in values(local.all) : jsonencode(one)])}]"
}

resource "aws_ecs_task_definition" "decoded" {
  family = "decoded"
  container_definitions = jsonencode(concat(jsondecode(file("${path.module}/containers.json")), jsondecode(<<EOT
  [{"name": "here", "image": "nginx:1.27", "user": "root"}]
EOT
  )))
}

resource "aws_ecs_task_definition" "conditional" {
  family = "conditional"
  container_definitions = length(local.all) > 2 ? jsonencode([{ name = "first", image = "nginx:1.27", user = "root" }]) : jsonencode([
    { name = "second", image = "nginx:1.27", user = "root" },
  ])
}

resource "aws_ecs_task_definition" "setproduct" {
  family                = "setproduct"
  container_definitions = jsonencode([for one in setproduct(["a", "b"], ["root"]) : { name = one[0], image = "nginx:1.27", user = one[1] }])
}

resource "aws_ecs_task_definition" "try" {
  family = "try"
  container_definitions = jsonencode([{
    name                   = "t"
    image                  = "nginx:1.27"
    user                   = try(local.all.z.user, "root")
    readonlyRootFilesystem = lookup(local.all.x, "readonly", false)
  }])
}

# Their names are not told, nor can they be told apart by them.
resource "aws_ecs_task_definition" "sensitive" {
  family = "sensitive"
  container_definitions = sensitive(jsonencode([
    { name = "b", image = "nginx:1.27", user = "root", environment = [{ name = "Z", value = "" }, { name = "AWS_ACCESS_KEY_ID", value = "" }] },
    { name = "a", image = "nginx:1.27", user = "1000", privileged = true },
  ]))
}

resource "aws_ecs_task_definition" "same_names" {
  family = "same-names"
  container_definitions = jsonencode([
    { name = "b", image = "nginx:1.27", user = "1000" },
    { name = "a", image = "nginx:1.27", user = "1000" },
    { name = "b", image = "nginx:1.27", user = "root", privileged = true },
  ])
}

module "app" {
  source = "./modules/app"
  count  = 2
  name   = "app-${count.index}"
  user   = ["root", "1000"][count.index]
  sidecars = [
    { name = "one", image = "nginx:1.27", user = "root" },
    count.index == 0 ? { name = "two", image = "nginx:1.27", user = "0" } : { name = "three", image = "nginx:1.27", user = "3" },
  ]
}

# What one module gives out goes into another call, and into a resource.
module "again" {
  source   = "./modules/app"
  name     = "again"
  user     = module.app[0].user
  sidecars = module.app[0].containers
  json     = jsonencode([{ name = "json", image = "nginx:1.27", user = "root" }])
}

resource "aws_ecs_task_definition" "from_output" {
  family                = "from-output"
  container_definitions = module.app[0].json
}
