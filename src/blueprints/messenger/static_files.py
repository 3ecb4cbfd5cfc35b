"""Static files under hashed names, also where one script imports another."""

from blueprints.web.static_files import Hashed


class Modules(Hashed):
    support_js_module_import_aggregation = True
