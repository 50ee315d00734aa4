"""What must stay true, in the words of the shop. The folders mirror the packages that they test."""
