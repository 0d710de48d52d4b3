network_mode = "host"

job = {
  name  = "job"
  image = "busybox:1.36"
  user  = "root:root"
}
