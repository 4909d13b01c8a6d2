"""What gateways are told about their cache."""

from pydantic import Field

from kit.schemas import View


class PermissionView(View):
    """Whether reads may be answered out of the cache."""

    generation: str = Field(description="What was cached under another one is never served.")
    suspended: bool = Field(description="Nothing at all is served out of the cache just now.")
    seconds: float = Field(description="How long a suspension that was just asked for lasts; 0 otherwise.")
