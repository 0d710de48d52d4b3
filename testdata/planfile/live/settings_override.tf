variable "insights" {
  default = "enabled"
}
