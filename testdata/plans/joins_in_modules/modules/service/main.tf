variable "name" {
  type = string
}

variable "cluster_arn" {
  type = string
}

variable "launch_type" {
  type    = string
  default = null
}

variable "platform_version" {
  type    = string
  default = "1.3.0"
}

variable "operating_system" {
  type    = string
  default = "LINUX"
}

module "task" {
  source           = "../task"
  name             = var.name
  operating_system = var.operating_system
}

resource "aws_ecs_service" "this" {
  name             = var.name
  cluster          = var.cluster_arn
  task_definition  = module.task.arn
  launch_type      = var.launch_type
  platform_version = var.platform_version
  tags             = { Service = var.name }
}
