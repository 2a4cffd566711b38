"""The objects of the cloud, as its reference names them."""

from steps.api.cloud_objects.cloud_base import TokenType
from steps.api.cloud_objects.cloud_job import Job
from steps.api.cloud_objects.cloud_platform import Platform
from steps.api.cloud_objects.cloud_token import ApiKey, JobToken, LoginToken
from steps.api.cloud_objects.cloud_user import User

__all__ = ["ApiKey", "Job", "JobToken", "LoginToken", "Platform", "TokenType", "User"]
