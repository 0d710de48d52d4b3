# A comment in a module's file serves all its calls.

module "first" {
  source = "./task"
}

module "second" {
  source   = "./task"
  for_each = toset(["a", "b"])
}
