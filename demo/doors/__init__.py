"""What stands between the network and the page: who may come in, by which door, and what the log says of it."""

from demo.doors.access import Access as Access
from demo.doors.doors import Doors as Doors
from demo.doors.log import one_line_an_error as one_line_an_error
from demo.doors.page import Page as Page
