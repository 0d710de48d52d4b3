variable "containers" {
  type = map(object({
    image    = string
    user     = optional(string)
    readonly = optional(bool, false)
  }))
  default = {
    api    = { image = "nginx:1.27", user = "0" }
    worker = { image = "python:3.13", readonly = true }
  }
}

variable "container" {
  default = {
    name       = "default"
    image      = "nginx:1.27"
    privileged = true
  }
}

variable "job" {
  type = any
}

variable "network_mode" {
  type    = string
  default = "awsvpc"
}
