module "task" {
  source   = "./task"
  for_each = toset(["a", "b"])
}

module "legacy" {
  source = "./legacy/old"
}
