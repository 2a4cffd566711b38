"""The objects of the cloud, as its reference names them."""
